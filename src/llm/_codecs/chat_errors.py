"""What went wrong at the provider, from whatever it says about it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from .._domain.endpoint import Endpoint
from ..errors import AuthenticationError, BadReplyError, ProviderError, RateLimitError
from .redaction import excerpt, redact
from .request_id import request_id
from .retry_after import retry_after

_MESSAGES = ("message", "msg", "detail", "error_description", "error_message", "Message", "title", "error", "errors")
_LIMIT = 2000


def error(
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    endpoint: Endpoint,
    *,
    key: str | None = None,
    now: float | None = None,
) -> ProviderError:
    """
    The error that a reply with a status other than 2xx amounts to, with the provider's message, code and type.

    *key* is kept out of the message, also where the provider repeats it; *now* (seconds since the epoch) turns a date
    in Retry-After into seconds.
    """
    headers = {name.lower(): value for name, value in headers.items()}
    value = _decoded(body)
    message = _message(value) if value is not None else page(body) or excerpt(body, 400)
    return _error(
        f"{who(endpoint)} answered {status}: {message or _phrase(status)}",
        value,
        status,
        endpoint,
        key=key,
        request_id=request_id(headers),
        wait=retry_after(headers, now),
    )


def reported(value: Any, endpoint: Endpoint) -> ProviderError:
    """The error that the provider put into a reply whose status was 200."""
    message = _message(value) or "it did not say why"
    return _error(f"{who(endpoint)} reported an error: {message}", value, 200, endpoint)


def bad_reply(endpoint: Endpoint, body: bytes) -> BadReplyError:
    """The error for a reply that is not what the wire format promises."""
    if not body.strip():
        return BadReplyError(f"{who(endpoint)} sent an empty reply", status=200)
    if title := page(body):
        hint = f"Is this its address? {endpoint.base_url}"
        return BadReplyError(f"{who(endpoint)} sent {title} instead of an answer", status=200, hint=hint)
    return BadReplyError(f"{who(endpoint)} sent what is no answer: {excerpt(body)}", status=200)


def who(endpoint: Endpoint) -> str:
    """How messages call the other side."""
    return endpoint.title or endpoint.name


def page(body: bytes) -> str | None:
    """An HTML page in a few words; None for what is none."""
    start = body[:4096].decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    if not re.match(r"<(!doctype|html|head|body|title|h1|center)\b", start, re.IGNORECASE):
        return None
    title = re.search(r"<(title|h1)[^>]*>(.*?)</\1", start, re.IGNORECASE | re.DOTALL)
    words = excerpt(re.sub(r"<[^>]*>", " ", title[2]), 120) if title else ""
    return f"an HTML page ({words})" if words else "an HTML page"


def _error(
    text: str,
    value: Any,
    status: int,
    endpoint: Endpoint,
    *,
    key: str | None = None,
    request_id: str | None = None,
    wait: float | None = None,
) -> ProviderError:
    facts = _facts(value)
    code = facts.get("code")
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
        redact(text, key),
        status=status,
        code=redact(code, key) if isinstance(code, str) else code,
        type=facts.get("type"),
        request_id=request_id or facts.get("request_id"),
        retry_after=wait,
        hint=hint,
    )


def _decoded(body: bytes) -> Any:
    try:
        return json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        return None


def _inner(value: Any) -> Iterable[Mapping[str, Any]]:
    """The objects that describe an error, the innermost first: `{"error": {...}}` has two."""
    if isinstance(value, list):
        value = next((item for item in value if isinstance(item, Mapping)), None)
    if isinstance(value, Mapping):
        yield from _inner(value.get("error"))
        yield value


def _facts(value: Any) -> dict[str, Any]:
    """Code, type and request id, each from the innermost object that has it."""
    facts: dict[str, Any] = {}
    for holder in _inner(value):
        code, kind, request = holder.get("code"), holder.get("type"), holder.get("request_id")
        if isinstance(code, int | str) and code != "" and not isinstance(code, bool):
            facts.setdefault("code", code)
        for name in ("code", "status_code", "status"):
            if isinstance(holder.get(name), int):
                facts.setdefault("status", holder[name])
        if isinstance(kind, str) and kind:
            facts.setdefault("type", kind)
        if isinstance(request, str) and request:
            facts.setdefault("request_id", request)
    return facts


def _message(value: Any) -> str:
    """The words for people in an error of any form, with what a router adds of the provider behind it."""
    text = _words(value)
    for holder in _inner(value):
        metadata = holder.get("metadata")
        raw = metadata.get("raw") if isinstance(metadata, Mapping) else None
        if raw and (behind := _words(_decoded(raw.encode()) or raw if isinstance(raw, str) else raw)) not in text:
            text = f"{text} ({behind})"
    return text if len(text) <= _LIMIT else f"{text[:_LIMIT]}…"


def _words(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list):
        return "; ".join(filter(None, map(_words, value)))
    if not isinstance(value, Mapping):
        return ""
    inner = value.get("error")
    if isinstance(inner, Mapping | list) and (text := _words(inner)):
        return text
    text = next((found for name in _MESSAGES if (found := _words(value.get(name)))), "")
    place = value.get("loc")  # FastAPI names the field that is wrong
    return f"{'.'.join(map(str, place))}: {text}" if text and isinstance(place, list) else text


def _phrase(status: int) -> str:
    from http import HTTPStatus

    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "it gave no reason"
