"""A schema as a provider can follow it, and what of it had to be left out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

_NAMED = ("properties", "$defs", "definitions")
_LISTED = ("anyOf", "oneOf", "allOf", "prefixItems")
_SINGLE = ("items", "additionalProperties", "not")


def subset(
    schema: Mapping[str, Any],
    keywords: frozenset[str],
    *,
    formats: frozenset[str] | None = None,
    closed: bool = False,
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """
    *schema* with no keywords but *keywords*, and with one note for each that was left out.

    What was left out is added to the description, where the model can read it. *formats* are the values of `format`
    that stay (None: all); *closed* says that objects may have no other properties than those that are named.
    """
    notes: list[str] = []
    written = _Subset(keywords, formats, closed, notes).of(schema, "$")
    return written, tuple(notes)


class _Subset:
    def __init__(
        self, keywords: frozenset[str], formats: frozenset[str] | None, closed: bool, notes: list[str]
    ) -> None:
        self._keywords = keywords
        self._formats = formats
        self._closed = closed
        self._notes = notes

    def of(self, schema: Any, where: str) -> Any:
        if not isinstance(schema, Mapping):
            return schema
        written: dict[str, Any] = {}
        left_out: dict[str, Any] = {}
        for name, value in schema.items():
            if self._is_known(name, value):
                written[name] = self._value(name, value, where)
            else:
                left_out[name] = value
                self._notes.append(f"schema: {name} at {where} was left out, as this provider does not know it")
        if left_out and "description" in self._keywords:
            told = json.dumps(left_out, ensure_ascii=False)
            written["description"] = " ".join(filter(None, (written.get("description"), told)))
        if self._closed and ("properties" in written or written.get("type") == "object"):
            if written.get("additionalProperties", False) is not False:
                self._notes.append(f"schema: additionalProperties at {where} became false, as this provider demands")
            written["additionalProperties"] = False
        return written

    def _is_known(self, name: str, value: Any) -> bool:
        if name == "format" and self._formats is not None and value not in self._formats:
            return False
        return name in self._keywords

    def _value(self, name: str, value: Any, where: str) -> Any:
        if name in _NAMED and isinstance(value, Mapping):
            return {key: self.of(inner, f"{where}.{key}") for key, inner in value.items()}
        if name in _LISTED and isinstance(value, list):
            return [self.of(inner, f"{where}.{name}[{index}]") for index, inner in enumerate(value)]
        if name in _SINGLE:
            return self.of(value, f"{where}.{name}")
        return value
