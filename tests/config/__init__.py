"""Tests of what the user has set down."""
