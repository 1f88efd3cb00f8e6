"""Certificates are always checked, against the system's own store."""

from __future__ import annotations

from functools import cache
from ssl import PROTOCOL_TLS_CLIENT, SSLContext


@cache
def tls_context() -> SSLContext:
    """The one TLS context of the process."""
    import truststore

    return truststore.SSLContext(PROTOCOL_TLS_CLIENT)
