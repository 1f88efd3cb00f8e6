"""Tests of the history. `store_suite` is what any store must pass."""

import pytest

pytest.register_assert_rewrite(f"{__name__}.store_suite")
