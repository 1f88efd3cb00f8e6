"""Errors of Anthropic: in replies with a status of their own, and inside replies of status 200."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from .._domain.endpoint import Endpoint
from ..errors import ProviderError
from . import provider_error
from .redaction import redact

# The errors that another try may not meet, with the status that each has outside of a stream.
_TRANSIENT = {"overloaded_error": 529, "rate_limit_error": 429, "api_error": 500, "timeout_error": 504}


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
    """The error of `provider_error.error`, with the code that Anthropic puts into its details."""
    made = provider_error.error(status, headers, body, endpoint, key=key, secrets=secrets, now=now)
    if made.code is None:
        with suppress(ValueError, RecursionError):
            made.code = _code(json.loads(body), (key or "", *secrets))
    return made


def reported(value: Any, endpoint: Endpoint, secrets: tuple[str, ...] = ()) -> ProviderError:
    """
    The error that stands in a reply whose status was 200.

    One that may pass has the status that it would have had before the first byte (529 for an overload), so that it is
    known as retryable; any other keeps 200.
    """
    status = _TRANSIENT.get(str(_inner(value).get("type")))
    if status is None:
        made = provider_error.reported(value, endpoint, secrets)
    else:
        made = provider_error.reported({**value, "status": status}, endpoint, secrets)
        made.status = status
    made.code = _code(value, secrets) if made.code is None else made.code
    return made


def _inner(value: Any) -> Mapping[str, Any]:
    inner = value.get("error") if isinstance(value, Mapping) else None
    return inner if isinstance(inner, Mapping) else {}


def _code(value: Any, secrets: tuple[str, ...]) -> str | None:
    details = _inner(value).get("details")
    code = details.get("error_code") if isinstance(details, Mapping) else None
    return redact(code, secrets, 200) if isinstance(code, str) and code else None
