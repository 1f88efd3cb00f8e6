"""
Payloads of providers as a `logs.db` keeps them: with references to what is said elsewhere in the file.

The notation is that of the condense-json package: `{"$": name}` stands for a value, `{"$r": [...]}` for a string of
pieces, `{"$": {"m": name, "u": changes, "d": dropped keys}}` for a changed object, and `{"$raw": value}` for an object
that would look like one of these.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from .._domain.message import Message
from .._domain.message_json import part_to_dict

Lookup: TypeAlias = Callable[[str], Any]
"""What a name stands for; raises LookupError where nobody knows."""


def resolve(value: Any, lookup: Lookup) -> Any:
    """The payload with what its references stand for; one that cannot be followed stays as it is."""
    if isinstance(value, list):
        return [resolve(item, lookup) for item in value]
    if not isinstance(value, dict):
        return value
    try:
        match value:
            case {"$": str(name)} if len(value) == 1:
                return lookup(name)
            case {"$": dict(change)} if len(value) == 1:
                return _changed(change, lookup)
            case {"$r": list(pieces)} if len(value) == 1:
                return "".join(piece if isinstance(piece, str) else lookup(piece["$"]) for piece in pieces)
            case {"$raw": inner} if len(value) == 1:
                return {key: resolve(item, lookup) for key, item in inner.items()}
    except (LookupError, TypeError, AttributeError):
        return value
    return {key: resolve(item, lookup) for key, item in value.items()}


def said_in(messages: Iterable[Message], tools: Iterable[Mapping[str, Any]], schema: Any) -> Lookup:
    """The names that a payload in the table `turns` may use: of texts in the answer, of tools, of the schema."""
    known: dict[str, Any] = {"schema": schema} if schema else {}
    known.update((f"tool.{tool['name']}.description", tool["description"]) for tool in tools if tool.get("description"))
    for number, message in enumerate(messages):
        for position, part in enumerate(message.parts):
            known.update(_of_part(f"{number}.{position}", part_to_dict(part)))
        known.update(_of_metadata(f"{number}.pm", dict(message.provider_metadata or {})))
    return known.__getitem__


def _changed(change: Mapping[str, Any], lookup: Lookup) -> dict[str, Any]:
    base, dropped = lookup(change["m"]), change.get("d", ())
    kept = {key: item for key, item in base.items() if key not in dropped}
    return kept | {key: resolve(item, lookup) for key, item in change.get("u", {}).items()}


def _of_part(name: str, part: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for field in ("text", "output"):
        if field in part:
            yield f"{name}.{field}", part[field]
    if arguments := part.get("arguments"):
        yield f"{name}.args", json.dumps(arguments, separators=(",", ":"))
        yield f"{name}.args2", json.dumps(arguments)
        yield f"{name}.argsv", arguments
    yield from _of_metadata(f"{name}.pm", part.get("provider_metadata") or {})


def _of_metadata(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    yield name, value
    if isinstance(value, Mapping | list):
        for key, item in value.items() if isinstance(value, Mapping) else enumerate(value):
            yield from _of_metadata(f"{name}.{key}", item)
