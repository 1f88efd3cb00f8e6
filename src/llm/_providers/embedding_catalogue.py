"""
The embedding models of the built-in providers, and sizes of theirs that have names of their own.

Sources, read in November 2026: ids and aliases of llm 0.36 and of llm-gemini 0.35; the providers' own pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Row(NamedTuple):
    """A model: who has it, what it is called there, how many dimensions are asked for, and its other names."""

    provider: str
    name: str
    dimensions: int | None = None
    aliases: tuple[str, ...] = ()


def _sized(provider: str, name: str, short: str, *sizes: int) -> dict[str, Row]:
    return {f"{name}-{size}": Row(provider, name, size, (f"{short}-{size}",)) for size in sizes}


EMBEDDING_MODELS: Mapping[str, Row] = {
    "text-embedding-ada-002": Row("openai", "text-embedding-ada-002", None, ("ada", "ada-002")),
    "text-embedding-3-small": Row("openai", "text-embedding-3-small", None, ("3-small",)),
    "text-embedding-3-large": Row("openai", "text-embedding-3-large", None, ("3-large",)),
    **_sized("openai", "text-embedding-3-small", "3-small", 512),
    **_sized("openai", "text-embedding-3-large", "3-large", 256, 1024),
    "gemini-embedding-001": Row("gemini", "gemini-embedding-001", None, ("gemini/gemini-embedding-001",)),
    **_sized("gemini", "gemini-embedding-001", "gemini/gemini-embedding-001", 128, 256, 512, 768, 1536, 2048),
}
