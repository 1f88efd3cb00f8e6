"""What a part keeps of the content block that it came from, so that the block can go back byte for byte."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._domain.part import Opaque
from .opaque import own_fields

CONTAINER = "message_container"
"""The field, beside those of the block, that names the sandbox in which the calls of an answer ran."""

_WIRE = "anthropic"


def opaque(source: str, fields: Mapping[str, Any]) -> Opaque:
    """The fields of a block, less the words that the part itself has, as data of the provider *source*."""
    return {source: {_WIRE: dict(fields)}}


def fields_of(metadata: Opaque | None, source: str) -> dict[str, Any]:
    """What `opaque` kept; empty where there is nothing, or only data of others."""
    fields = own_fields(metadata, source).get(_WIRE)
    return dict(fields) if isinstance(fields, Mapping) else {}
