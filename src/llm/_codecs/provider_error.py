"""What went wrong at the provider, from whatever it says about it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from .._domain.endpoint import Endpoint
from ..errors import AuthenticationError, BadReplyError, ProviderError, RateLimitError
from .redaction import excerpt, redact
from .request_id import request_id
from .retry_after import retry_after
from .surrogate import mended

_MESSAGES = ("message", "msg", "detail", "error_description", "error_message", "Message", "title", "errors")
_LIMIT = 2000
_DEPTH = 16  # levels of an error that are looked into: a few hundred would end in a RecursionError
_SANE = 1 << 63  # a number beyond this is no code, and one of thousands of digits cannot even be printed


def error(
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    endpoint: Endpoint,
    *,
    key: str | None = None,
    secrets: tuple[str, ...] = (),
    now: float | None = None,
) -> ProviderError:
    """
    The error that a reply with a status other than 2xx amounts to, with the provider's message, code and type.

    *key* and *secrets* are kept out of it, also where the provider repeats them; *now* (seconds since the epoch) turns
    a date in Retry-After into seconds.
    """
    secrets = (key or "", *secrets)
    headers = {name.lower(): value for name, value in headers.items()}
    value = _decoded(body)
    message = _message(value, secrets) if value is not None else page(body, secrets) or excerpt(body, 400, secrets)
    return _error(
        f"{who(endpoint)} answered {status}: {message or _phrase(status)}",
        value,
        status,
        endpoint,
        secrets,
        request_id=request_id(headers),
        wait=retry_after(headers, now),
    )


def reported(value: Any, endpoint: Endpoint, secrets: tuple[str, ...] = ()) -> ProviderError:
    """The error that the provider put into a reply whose status was 200."""
    message = _message(value, secrets) or "it did not say why"
    return _error(f"{who(endpoint)} reported an error: {message}", value, 200, endpoint, secrets)


def bad_reply(endpoint: Endpoint, body: bytes, secrets: tuple[str, ...] = ()) -> BadReplyError:
    """The error for a reply that is not what the wire format promises."""
    if not body.strip():
        return BadReplyError(f"{who(endpoint)} sent an empty reply", status=200)
    if title := page(body, secrets):
        hint = f"Is this its address? {endpoint.base_url}"
        return BadReplyError(f"{who(endpoint)} sent {title} instead of an answer", status=200, hint=hint)
    return BadReplyError(f"{who(endpoint)} sent what is no answer: {excerpt(body, secrets=secrets)}", status=200)


def who(endpoint: Endpoint) -> str:
    """How messages call the other side."""
    return endpoint.title or endpoint.name


def page(body: bytes, secrets: tuple[str, ...] = ()) -> str | None:
    """An HTML page in a few words; None for what is none."""
    start = body[:4096].decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    if not re.match(r"<(!doctype|html|head|body|title|h1|center)\b", start, re.IGNORECASE):
        return None
    title = re.search(r"<(title|h1)[^>]*>(.*?)</\1", start, re.IGNORECASE | re.DOTALL)
    words = excerpt(re.sub(r"<[^>]*>", " ", title[2]), 120, secrets) if title else ""
    return f"an HTML page ({words})" if words else "an HTML page"


def _error(
    text: str,
    value: Any,
    status: int,
    endpoint: Endpoint,
    secrets: tuple[str, ...],
    *,
    request_id: str | None = None,
    wait: float | None = None,
) -> ProviderError:
    facts = _facts(value, secrets)
    # Inside a reply of status 200 the status that is meant stands in the error itself.
    meant = facts.get("status", status) if status == 200 else status
    kind, hint = ProviderError, None
    if meant in (401, 403):
        kind, hint = AuthenticationError, f"Set its key with: llm keys set {endpoint.key_name or endpoint.name}"
    elif meant == 429:
        kind = RateLimitError
    elif meant == 404:
        hint = f"See what it has with: llm endpoints models {endpoint.name}"
    return kind(
        text,
        status=status,
        code=facts.get("code"),
        type=facts.get("type"),
        request_id=_clean(request_id or "", secrets) or facts.get("request_id"),
        retry_after=wait,
        hint=hint,
    )


def _decoded(body: bytes | str) -> Any:
    try:
        return json.loads(body if isinstance(body, str) else body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        return None


def _inner(value: Any) -> list[Mapping[str, Any]]:
    """The objects that describe an error, the innermost first: `{"error": {...}}` has two."""
    holders: list[Mapping[str, Any]] = []
    while len(holders) < _DEPTH:
        if isinstance(value, list):
            value = next((item for item in value if isinstance(item, Mapping)), None)
        if not isinstance(value, Mapping):
            break
        holders.insert(0, value)
        value = value.get("error")
    return holders


def _facts(value: Any, secrets: tuple[str, ...]) -> dict[str, Any]:
    """Code, type and request id, each from the innermost object that has it."""
    facts: dict[str, Any] = {}
    for holder in _inner(value):
        code, kind, request = holder.get("code"), holder.get("type"), holder.get("request_id")
        if is_number(code):
            facts.setdefault("code", code)
        for name, said in (("code", code), ("type", kind), ("request_id", request)):
            if isinstance(said, str) and said:
                facts.setdefault(name, _clean(said, secrets))
        for name in ("code", "status_code", "status"):
            if is_number(holder.get(name)):
                facts.setdefault("status", holder[name])
    return facts


def is_number(value: Any) -> bool:
    """Whether a value is a number that can be shown and stored."""
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < _SANE


def _message(value: Any, secrets: tuple[str, ...]) -> str:
    """The words for people in an error of any form, with what a router adds of the provider behind it."""
    text = _words(value)
    for holder in _inner(value):
        metadata = holder.get("metadata")
        raw = metadata.get("raw") if isinstance(metadata, Mapping) else None
        if raw and (behind := _words(_decoded(raw) or raw if isinstance(raw, str) else raw)) not in text:
            text = f"{text} ({behind})"
    return _clean(text, secrets)


def _clean(text: str, secrets: tuple[str, ...]) -> str:
    """What a provider says, as it may be shown and stored."""
    return redact(str(mended(text)), secrets, _LIMIT)


def _words(value: Any, depth: int = _DEPTH) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list) and depth:
        return "; ".join(filter(None, (_words(item, depth - 1) for item in value)))
    if not isinstance(value, Mapping) or not depth:
        return ""
    # An object in `error` tells more than what stands beside it, and a string there less. It is looked into once: a
    # second time on every level would double the time with each of them.
    names = ("error", *_MESSAGES) if isinstance(value.get("error"), Mapping | list) else (*_MESSAGES, "error")
    text = next((found for name in names if (found := _words(value.get(name), depth - 1))), "")
    loc = value.get("loc")  # FastAPI names the field that is wrong
    place = [str(name) for name in loc if isinstance(name, str) or is_number(name)] if isinstance(loc, list) else []
    return f"{'.'.join(place)}: {text}" if text and place else text


def _phrase(status: int) -> str:
    from http import HTTPStatus

    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "it gave no reason"
