"""SHA-256 without OpenSSL, which `hashlib` would load for it: that takes as long as a whole prompt takes otherwise."""

from __future__ import annotations

from typing import Any

_LARGE = 1 << 20  # bytes from which on OpenSSL's speed is worth its loading


def sha256(content: bytes) -> bytes:
    """The 32 bytes of the hash."""
    digest: bytes = (_hash if len(content) < _LARGE else _of_openssl())(content).digest()
    return digest


def _of_openssl() -> Any:
    from hashlib import sha256 as fast

    return fast


def _built_in() -> Any:
    try:
        from _sha2 import sha256 as small  # type: ignore[import-not-found, unused-ignore]  # Python 3.12 and later
    except ImportError:
        try:
            from _sha256 import sha256 as small  # type: ignore[import-not-found, no-redef, unused-ignore]
        except ImportError:
            return _of_openssl()
    return small


_hash = _built_in()
