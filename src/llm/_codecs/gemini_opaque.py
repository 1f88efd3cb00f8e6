"""What Gemini's parts carry that goes back as it came: signatures, and parts that no other wire has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._domain.part import Opaque
from .opaque import own_fields

WIRE = "gemini"
PART = "part"
"""The field of a whole part, for those that have no other form."""

SOURCES = ("groundingMetadata", "citationMetadata", "urlContextMetadata")
"""What an answer rests on. It stands beside the parts, is kept with the text, and is no part of what goes back."""


def kept(source: str, fields: Mapping[str, Any]) -> dict[str, Any] | None:
    """Opaque data of the endpoint *source*; None where there is nothing to keep."""
    return {source: {WIRE: dict(fields)}} if fields else None


def returned(metadata: Opaque | None, source: str) -> dict[str, Any]:
    """The fields that go back to the endpoint *source*: those that came from it over this wire."""
    fields = own_fields(metadata, source).get(WIRE)
    if not isinstance(fields, Mapping):
        return {}
    return {name: value for name, value in fields.items() if name not in SOURCES}
