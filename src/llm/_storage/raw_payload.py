"""A provider's payload, compressed, with references in place of what the parts of the answer say already."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .._domain.json_text import json_text
from .._domain.part import AttachmentPart, Part, ReasoningPart, TextPart, ToolResultPart

_SHORTEST = 24  # characters that a reference is worth
_REFERENCE = "$part"
"""`{"$part": 2}` is what part 2 says; an object that has such a key of its own is `{"$part": null, "is": {...}}`."""


def pack(raw: Any, parts: Sequence[Part]) -> bytes | None:
    """The payload as bytes; None for None. Raises TypeError, ValueError and RecursionError."""
    if raw is None:
        return None
    import zlib

    known = {said: index for index, said in enumerate(map(_said, parts)) if said is not None}

    def short(value: Any) -> Any:
        if isinstance(value, str):
            return {_REFERENCE: known[value]} if len(value) >= _SHORTEST and value in known else value
        if isinstance(value, Mapping):
            shorter = {key: short(item) for key, item in value.items()}
            return {_REFERENCE: None, "is": shorter} if _REFERENCE in shorter else shorter
        return [short(item) for item in value] if isinstance(value, list | tuple) else value

    return zlib.compress(json_text(short(raw)).encode())


def unpack(packed: bytes | None, parts: Sequence[Part]) -> Any:
    """The inverse of `pack`. Raises ValueError, IndexError and KeyError for what `pack` did not make."""
    if packed is None:
        return None
    import zlib

    try:
        value = json.loads(zlib.decompress(packed))
    except zlib.error as error:
        raise ValueError(f"the payload cannot be read: {error}") from error
    return _full(value, lambda index: _said(parts[index]))


def _full(value: Any, said: Callable[[int], str | None]) -> Any:
    if isinstance(value, dict):
        if _REFERENCE not in value:
            return {key: _full(item, said) for key, item in value.items()}
        index = value[_REFERENCE]
        return said(index) if index is not None else {key: _full(item, said) for key, item in value["is"].items()}
    return [_full(item, said) for item in value] if isinstance(value, list) else value


def _said(part: Part) -> str | None:
    """What a part says, as a payload would repeat it."""
    match part:
        case TextPart(text=text) | ReasoningPart(text=text) | ToolResultPart(output=text):
            return text
        case AttachmentPart(attachment=file) if file.content is not None:
            return base64.b64encode(file.content).decode("ascii")
    return None
