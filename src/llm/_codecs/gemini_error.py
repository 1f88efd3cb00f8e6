"""
Errors of Google's APIs: `{"error": {"code": 429, "message": ..., "status": "RESOURCE_EXHAUSTED", "details": [...]}}`.

Source: https://cloud.google.com/apis/design/errors.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

from .._domain.endpoint import Endpoint
from ..errors import AuthenticationError, ProviderError
from . import provider_error
from .redaction import redact

# Google answers 400 to a key that is wrong.
_KEY_REASONS = ("API_KEY_INVALID", "API_KEY_EXPIRED")


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
    """The error of `provider_error.error`, with Google's word for it, and the wait that its details ask for."""
    made = provider_error.error(status, headers, body, endpoint, key=key, secrets=secrets, now=now)
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return made
    return _told(made, value, endpoint, (key or "", *secrets))


def reported(value: Any, endpoint: Endpoint, secrets: tuple[str, ...] = ()) -> ProviderError:
    """The error that stands in a reply whose status was 200."""
    return _told(provider_error.reported(value, endpoint, secrets), value, endpoint, secrets)


def _told(made: ProviderError, value: Any, endpoint: Endpoint, secrets: tuple[str, ...]) -> ProviderError:
    """The error with what only Google's form of it says."""
    inner = _inner(value)
    if isinstance(word := inner.get("status"), str) and word:
        made.type = redact(word, secrets, 200)
    for detail in _details(inner):
        if made.retry_after is None and (wait := _seconds(detail.get("retryDelay"))) is not None:
            made.retry_after = wait
        if detail.get("reason") in _KEY_REASONS and not isinstance(made, AuthenticationError):
            hint = f"Set its key with: llm keys set {endpoint.key_name or endpoint.name}"
            facts = {name: getattr(made, name) for name in ("status", "code", "type", "request_id", "retry_after")}
            made = AuthenticationError(*made.args, **facts, hint=hint)
    return made


def _inner(value: Any) -> Mapping[str, Any]:
    if isinstance(value, list):  # a stream that is no stream of events is an array of replies
        value = value[0] if value else None
    inner = value.get("error") if isinstance(value, Mapping) else None
    return inner if isinstance(inner, Mapping) else {}


def _details(inner: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    details = inner.get("details")
    return (detail for detail in details if isinstance(detail, Mapping)) if isinstance(details, list) else iter(())


def _seconds(delay: Any) -> float | None:
    """A duration as protobuf writes it in JSON: `3.5s`."""
    try:
        seconds = float(delay.removesuffix("s")) if isinstance(delay, str) else math.nan
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None
