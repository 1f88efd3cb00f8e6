"""Tool calls, put together from the fragments in which they are streamed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from .._domain.event import Event, PartEvent, ToolCallDelta
from .._domain.part import ToolResultPart

_OWN_FIELDS = ("index", "id", "type", "function", "custom")


class _Call:
    """A call that has begun. Its name may come in pieces, so it is announced when its arguments begin."""

    __slots__ = ("announced", "id", "index", "name", "opaque")

    def __init__(self, index: int) -> None:
        self.index = index
        self.id: str | None = None
        self.name = ""
        self.opaque: dict[str, Any] = {}
        self.announced = False


class ToolCalls:
    """
    Fragments in, events out.

    Fragments with one `index` are one call, unless a second id says otherwise; without an index the id tells, and
    without both a fragment goes on with the last call, or begins one if it has a name. *source* names the provider,
    whose own fields (signatures, for instance) are kept under it.
    """

    def __init__(self, source: str) -> None:
        self._source = source
        self._begun: list[_Call] = []
        self._by_key: dict[Any, _Call] = {}
        self._executed: dict[Any, bool] = {}  # calls that the provider ran, and whether their output has come
        self._count = 0
        self.any = False

    def feed(self, fragments: Any, *, whole: bool = False) -> Iterator[ToolCallDelta]:
        """The events of a list of fragments; in a `whole` reply each of them is a call."""
        for fragment in fragments if isinstance(fragments, list) else (fragments,):
            if not isinstance(fragment, Mapping):
                continue
            call, function = self._by_key.get(fragment.get("index")), fragment.get("function") or {}
            if call and call.announced and len(fragment) == 2 and len(function) == 1 and "arguments" in function:
                yield ToolCallDelta(call.index, arguments=_text(function["arguments"]))
            else:
                yield from self._fragment(fragment, whole)

    def function_call(self, value: Any) -> Iterator[ToolCallDelta]:
        """The events of the older field `function_call`, which has no id; empty ones are padding."""
        if isinstance(value, Mapping) and (value.get("name") or value.get("arguments")):
            yield from self._fragment({"index": "function_call", "function": value}, False)

    def executed(self, values: Any) -> Iterator[Event]:
        """The events of calls that the provider ran itself: each is told twice, without and with its output."""
        for position, value in enumerate(values if isinstance(values, list) else ()):
            if not isinstance(value, Mapping):
                continue
            key = value.get("index", position)
            name = str(value.get("name") or value.get("type") or "")
            if key not in self._executed:
                self._executed[key] = False
                yield ToolCallDelta(self._next(), name, _text(value.get("arguments")), server_executed=True)
            if value.get("output") is not None and not self._executed[key]:
                self._executed[key] = True
                yield PartEvent(ToolResultPart(name, _text(value["output"]), server_executed=True))

    def flush(self) -> Iterator[ToolCallDelta]:
        """Announce the calls that have had no arguments so far."""
        for call in self._begun:
            if not call.announced:
                yield self._announce(call, "")
        self._begun.clear()

    def _fragment(self, fragment: Mapping[str, Any], whole: bool) -> Iterator[ToolCallDelta]:
        function = fragment.get("function") or fragment.get("custom")
        function = function if isinstance(function, Mapping) else {}
        name, arguments = _text(function.get("name")), _text(function.get("arguments") or function.get("input"))
        identity = _text(fragment.get("id")) or None
        call = None if whole else self._find(fragment.get("index"), identity, name)
        if call is None:
            yield from self.flush()
            call = self._begin(fragment.get("index"), identity)
        late = identity if call.announced and not call.id else None
        call.id = call.id or identity
        if name and not call.announced and name != call.name:
            call.name += name
        opaque = self._opaque(fragment)
        if not call.announced:
            call.opaque |= opaque
            if arguments:
                yield self._announce(call, arguments)
        elif arguments or opaque or late:
            metadata = self._metadata(opaque)
            yield ToolCallDelta(call.index, arguments=arguments, tool_call_id=late, provider_metadata=metadata)

    def _find(self, key: Any, identity: str | None, name: str) -> _Call | None:
        call = self._by_key.get(identity if key is None else key)
        if call is None:
            return None if identity or name else next(reversed(self._by_key.values()), None)
        if identity and call.id and identity != call.id:
            return None
        if name and not identity and call.announced and (key is None or name != call.name):
            return None
        return call

    def _begin(self, key: Any, identity: str | None) -> _Call:
        call = _Call(self._next())
        self._begun.append(call)
        key = identity if key is None else key
        self._by_key.pop(key, None)
        self._by_key[key] = call
        self.any = True
        return call

    def _announce(self, call: _Call, arguments: str) -> ToolCallDelta:
        call.announced = True
        metadata = self._metadata(call.opaque)
        return ToolCallDelta(call.index, call.name, arguments, call.id, provider_metadata=metadata)

    def _opaque(self, fragment: Mapping[str, Any]) -> dict[str, Any]:
        opaque = {name: value for name, value in fragment.items() if name not in _OWN_FIELDS and value}
        if fragment.get("type") == "custom":
            opaque["type"] = "custom"
        return opaque

    def _metadata(self, opaque: dict[str, Any]) -> dict[str, Any] | None:
        return {self._source: opaque} if opaque else None

    def _next(self) -> int:
        self._count += 1
        return self._count - 1


def _text(value: Any) -> str:
    """A string as it is, nothing as an empty one, and anything else (arguments sent as an object) as JSON."""
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False)
