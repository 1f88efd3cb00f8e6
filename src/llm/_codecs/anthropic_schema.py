"""The schema of an answer, as Anthropic can follow it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .schema_subset import subset

_KEYWORDS = frozenset(
    ("$defs", "$ref", "additionalProperties", "allOf", "anyOf", "const", "definitions", "description", "enum",
     "format", "items", "properties", "required", "title", "type")
)  # fmt: skip
_FORMATS = frozenset(
    ("date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid")
)  # fmt: skip


def output_format(schema: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """
    The field `output_config.format`, and what of the schema had to be left out.

    Source: https://platform.claude.com/docs/en/build-with-claude/structured-outputs#json-schema-limitations.
    """
    schema = _any_of(schema)
    keywords = _KEYWORDS | {"minItems"} if _least_items_fit(schema) else _KEYWORDS
    written, notes = subset(schema, keywords, formats=_FORMATS, closed=True)
    return {"type": "json_schema", "schema": written}, notes


def _any_of(schema: Any) -> Any:
    """The schema with `anyOf` for `oneOf`, which is not known: whoever fits one of them fits any of them."""
    if isinstance(schema, list):
        return [_any_of(item) for item in schema]
    if not isinstance(schema, Mapping):
        return schema
    renamed = {
        "anyOf" if name == "oneOf" and isinstance(value, list) and "anyOf" not in schema else name: value
        for name, value in schema.items()
    }
    return {name: value if name in ("const", "default", "enum", "examples") else _any_of(value)
            for name, value in renamed.items()}  # fmt: skip


def _least_items_fit(schema: Any) -> bool:
    """Whether lists demand at most one item, which is all that can be demanded of them."""
    if isinstance(schema, list):
        return all(map(_least_items_fit, schema))
    if not isinstance(schema, Mapping):
        return True
    least = schema.get("minItems", 0)
    return (not isinstance(least, int) or least in (0, 1)) and all(map(_least_items_fit, schema.values()))
