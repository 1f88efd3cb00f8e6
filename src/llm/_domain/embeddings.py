"""Texts as vectors."""

from __future__ import annotations

from dataclasses import dataclass, field

from .usage import Usage


@dataclass(frozen=True, slots=True)
class Embeddings:
    """The `vectors` of several inputs, in their order; what that consumed; and the model that made them."""

    vectors: tuple[list[float], ...]
    usage: Usage = field(default_factory=Usage)
    model: str | None = None
