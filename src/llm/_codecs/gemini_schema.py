"""
Schemas as Gemini follows them.

Source: the field `responseJsonSchema` of https://ai.google.dev/api/generate-content#generationconfig.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .schema_subset import subset

_KEYWORDS = frozenset(
    ("$anchor", "$defs", "$id", "$ref", "additionalProperties", "anyOf", "description", "enum", "format", "items",
     "maxItems", "maximum", "minItems", "minimum", "oneOf", "prefixItems", "properties", "propertyOrdering", "required",
     "title", "type")
)  # fmt: skip
_FORMATS = frozenset(("date", "date-time", "time", "duration", "double", "enum", "float", "int32", "int64"))
_NAMED = ("properties", "$defs")
_LISTED = ("anyOf", "oneOf", "allOf", "prefixItems")
_SINGLE = ("items", "additionalProperties", "not")


def known_schema(schema: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """*schema* in the words that Gemini knows, with a note for each thing that they cannot say."""
    return subset(_reworded(schema), _KEYWORDS, formats=_FORMATS)


def _reworded(schema: Any) -> Any:
    """The same schema with other keywords, where there are some that Gemini knows."""
    if not isinstance(schema, Mapping):
        return schema
    fields = {"$defs" if name == "definitions" else name: value for name, value in schema.items() if name != "$schema"}
    if isinstance(value := fields.get("const"), str | int | float) and not isinstance(value, bool):
        del fields["const"]
        fields["enum"] = [value]
    if isinstance(reference := fields.get("$ref"), str):
        fields["$ref"] = reference.replace("#/definitions/", "#/$defs/")
        if any(not name.startswith("$") for name in fields):  # a reference stands alone
            fields["anyOf"] = [{"$ref": fields.pop("$ref")}]
    several = fields.get("allOf")
    if isinstance(several, list) and len(several) == 1 and "anyOf" not in fields:
        fields["anyOf"] = fields.pop("allOf")
    return {name: _inner(name, value) for name, value in fields.items()}


def _inner(name: str, value: Any) -> Any:
    if name in _NAMED and isinstance(value, Mapping):
        return {key: _reworded(inner) for key, inner in value.items()}
    if name in _LISTED and isinstance(value, list):
        return [_reworded(inner) for inner in value]
    return _reworded(value) if name in _SINGLE else value
