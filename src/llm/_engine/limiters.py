"""The limiters of this process, one for each endpoint and key."""

from __future__ import annotations

import os
from collections.abc import Hashable, Mapping

from .limiter import Limiter, Limits

_LIMITERS: dict[Hashable, Limiter] = {}
_MANY = 1000
_SALT = os.urandom(16)
_NO_LIMITS = Limits()

if hasattr(os, "register_at_fork"):
    # What was open at the fork is open in the parent, and would never be given back here.
    os.register_at_fork(after_in_child=_LIMITERS.clear)


def limiters() -> Mapping[Hashable, Limiter]:
    """The limiters that there are, by key."""
    return dict(_LIMITERS)


def limiter_of(key: Hashable, limits: Limits = _NO_LIMITS) -> Limiter:
    """The limiter that all calls of this process to *key* share; the limits that it was last asked with hold."""
    limiter = _LIMITERS.get(key)
    if limiter is None:
        if len(_LIMITERS) >= _MANY:
            _forget_idle()
        limiter = _LIMITERS.setdefault(key, Limiter(limits))
    if limiter.limits != limits:
        limiter.configure(limits)
    return limiter


def endpoint_key(base_url: str, key: str | None) -> tuple[str, int]:
    """A key for `limiter_of`: where a request goes, and as whom, which tells nothing of the API key itself."""
    return base_url.rstrip("/"), hash((_SALT, key))


def _forget_idle() -> None:
    for key, limiter in list(_LIMITERS.items()):
        if limiter.idle:
            _LIMITERS.pop(key, None)
