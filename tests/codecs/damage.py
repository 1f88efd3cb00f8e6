"""Ways to damage a recorded reply, each decided by a seeded random number generator."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

_RAW = {
    "@deep@": "[" * 100_000 + "]" * 100_000,
    "@nested@": '{"a":[' * 90 + "1" + "]}" * 90,
    "@digits@": "9" * 5_000,
    "@nan@": "NaN",
    "@infinity@": "-Infinity",
    "@float@": "1e999",
}
"""JSON text, some of which json.dumps would not write, that stands in for a string."""

_VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 7, 3.5, 10**30, "", "x", "0", "\x00", "\ud83d", "\udd9c", "a\ud83d", "\u2028", "<think>",
    "data:image/png;base64,%%", "text", "error", [], {}, [None], [[]], [{}], ["x"], [1, "a", {}, None, []], {"a": None},
    {"": {}}, {"type": "text"}, {"type": None}, {"text": 5}, {"message": []}, {"error": {}}, "é" * 70_000, *_RAW,
)  # fmt: skip

_BYTES = (b"\xff", b"\xc3", b"\xf0\x9f\xa6", b"\xed\xa0\xbd", b"\x00", b"\r", b"\n", b"\n\n", b"\\ud83d", b"\\", b'"',
          b"{", b"}", b"[", b"NaN", b"null", b"data: ", b"data:\n\n", b"event: error\n", b": ping\n\n",
          b"data: [DONE]\n\n", b"<html>", b"\xef\xbb\xbf")  # fmt: skip


def damaged(body: bytes, *, is_stream: bool, choose: random.Random) -> bytes:
    """The body with one to three damages."""
    for _ in range(choose.choice((1, 1, 1, 2, 3))):
        if choose.random() < 0.3:
            body = choose.choice(_OF_BYTES)(body, choose)
        else:
            body = _of_documents(body, is_stream, choose)
    return body


def _drop(body: bytes, choose: random.Random) -> bytes:
    at, size = choose.randrange(len(body) + 1), choose.choice((1, 2, 10, 300))
    return body[:at] + body[at + size :]


def _repeat(body: bytes, choose: random.Random) -> bytes:
    at, size = choose.randrange(len(body) + 1), choose.choice((1, 2, 10, 300))
    return body[: at + size] + body[at:]


def _cut(body: bytes, choose: random.Random) -> bytes:
    return body[: choose.randrange(len(body) + 1)]


def _insert(body: bytes, choose: random.Random) -> bytes:
    at = choose.randrange(len(body) + 1)
    return body[:at] + choose.choice(_BYTES) + body[at:]


def _change(body: bytes, choose: random.Random) -> bytes:
    at = choose.randrange(len(body) + 1)
    return body[:at] + bytes([choose.randrange(256)]) + body[at + 1 :]


_OF_BYTES: tuple[Callable[[bytes, random.Random], bytes], ...] = (_drop, _repeat, _cut, _insert, _change)


def _of_documents(body: bytes, is_stream: bool, choose: random.Random) -> bytes:
    """Damage what the bytes say: a value becomes another, a field goes, documents change places."""
    lines = body.replace(b"\r\n", b"\n").split(b"\n") if is_stream else [body]
    where = [at for at, line in enumerate(lines) if line.startswith((b"data: {", b"{", b"["))]
    if not where:
        return _insert(body, choose)
    at = choose.choice((*where, where[0], where[-1]))
    match choose.randrange(8):
        case 0 if is_stream:
            other = choose.choice(where)
            lines[at], lines[other] = lines[other], lines[at]
        case 1 if is_stream:
            lines[at] = b"\n\n".join([lines[at]] * 2)
        case 2 if is_stream:
            del lines[at]
        case _:
            head = b"data: " if lines[at].startswith(b"data: ") else b""
            try:
                document = json.loads(lines[at][len(head) :])
            except (ValueError, RecursionError):
                return _change(body, choose)
            lines[at] = head + _written(_spoilt(document, choose))
    return b"\n".join(lines)


def _spoilt(document: Any, choose: random.Random) -> Any:
    """The document with another value somewhere, or without one."""
    places = list(_places(document))
    if not places or choose.random() < 0.02:
        return choose.choice(_VALUES)
    holder, key = choose.choice(places)
    if choose.random() < 0.25:
        del holder[key]
    elif isinstance(holder, dict) and choose.random() < 0.1:
        holder[choose.choice(("error", "type", "index", "usage", "", "content"))] = choose.choice(_VALUES)
    else:
        holder[key] = choose.choice(_VALUES)
    return document


def _places(value: Any) -> Any:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield value, key
        yield from _places(inner)


def _written(document: Any) -> bytes:
    text = json.dumps(document)
    for name, raw in _RAW.items():
        text = text.replace(f'"{name}"', raw)
    return text.encode()
