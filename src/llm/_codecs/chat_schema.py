"""The schema of an answer, as Chat Completions has it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_FORMATS = {"date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"}
_KEYWORDS = {
    "$defs", "$ref", "additionalProperties", "anyOf", "const", "definitions", "description", "enum",
    "exclusiveMaximum", "exclusiveMinimum", "format", "items", "maxItems", "maximum", "minItems", "minimum",
    "multipleOf", "pattern", "properties", "required", "title", "type",
}  # fmt: skip


def response_format(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The field that asks for an answer after *schema*; strict where the schema keeps the rules of strict mode."""
    described: dict[str, Any] = {"name": _name(schema), "schema": dict(schema)}
    if schema.get("type") == "object" and is_strict(schema):
        described["strict"] = True
    return {"type": "json_schema", "json_schema": described}


def is_strict(schema: Any) -> bool:
    """
    Whether strict mode takes the schema: only keywords that it knows, and objects that are closed and need every key.

    Source: https://platform.openai.com/docs/guides/structured-outputs#supported-schemas.
    """
    if not isinstance(schema, Mapping) or not schema or not _KEYWORDS.issuperset(schema):
        return False
    if schema.get("format", "uuid") not in _FORMATS:
        return False
    properties = schema.get("properties", {})
    if schema.get("type") == "object" or "properties" in schema:
        if schema.get("additionalProperties") is not False or set(schema.get("required", ())) != set(properties):
            return False
    elif schema.get("type") == "array" and "items" not in schema:
        return False
    inner = [*properties.values(), *schema.get("anyOf", ())]
    inner += [*schema.get("$defs", {}).values(), *schema.get("definitions", {}).values()]
    inner += [schema["items"]] if "items" in schema else []
    return all(map(is_strict, inner))


def _name(schema: Mapping[str, Any]) -> str:
    """The schema's title in the letters that a name may have, else `output`."""
    return re.sub(r"[^a-zA-Z0-9_-]+", "_", str(schema.get("title") or "")).strip("_")[:64] or "output"
