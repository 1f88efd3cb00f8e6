"""Fixtures of both colours."""

from api.colour import colour
from api.fixtures import model_at, serve

__all__ = ["colour", "model_at", "serve"]
