"""Fixtures of both colours."""

from .colour import colour
from .fixtures import model_at, serve

__all__ = ["colour", "model_at", "serve"]
