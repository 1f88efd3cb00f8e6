"""Errors of sockets and TLS become errors of LLM, which name the host."""

from __future__ import annotations

import socket
from ssl import SSLCertVerificationError, SSLError

from ..errors import LLMTimeoutError, NetworkError

_WAITS = {
    "connect": "accept a connection",
    "first_byte": "begin its reply",
    "between_bytes": "send the next piece of its reply",
    "total": "finish its reply",
}
LOCAL = ("localhost", "127.", "[::1]", "0.0.0.0")  # noqa: S104 - compared with, not listened on


def timed_out(host: str, phase: str, seconds: float) -> LLMTimeoutError:
    """The error for a wait that was too long."""
    return LLMTimeoutError(
        f"{host} took more than {seconds:g} s to {_WAITS[phase]}",
        phase=phase,
        seconds=seconds,
        host=host,
        hint="Give it longer with --timeout SECONDS"
        if phase == "total"
        else f"Give it longer: {phase} = SECONDS under [timeouts] in config.toml",
    )


def unreachable(host: str, error: Exception) -> NetworkError:
    """The error for a connection that could not be made."""
    if isinstance(error, UnicodeError):
        failed = NetworkError(f"{host.rpartition(':')[0]} is no name of a host", host=host, hint=_hint(host))
        failed.retryable = False
        return failed
    if isinstance(error, SSLCertVerificationError):
        failed = NetworkError(
            f"The certificate of {host} cannot be trusted: {error.verify_message}",
            host=host,
            hint="Certificates are checked against the system's store; add the authority there if it is yours",
        )
        failed.retryable = False
        return failed
    if isinstance(error, SSLError):
        hint = "A server without TLS has a base URL that starts with http://"
        return NetworkError(f"{host} does not speak TLS as expected: {reason(error)}", host=host, hint=hint)
    if isinstance(error, socket.gaierror):
        return NetworkError(
            f"There is no host {host.rpartition(':')[0]}: {error.strerror}", host=host, hint=_hint(host)
        )
    if isinstance(error, ConnectionRefusedError):
        return NetworkError(f"Nothing answers at {host}: connection refused", host=host, hint=_hint(host))
    return NetworkError(f"Cannot connect to {host}: {reason(error)}", host=host, hint=_hint(host))


def reason(error: BaseException) -> str:
    """Why a connection failed, in a few words."""
    if isinstance(error, SSLError) and (said := getattr(error, "reason", None)):
        return str(said)
    said = getattr(error, "strerror", None) or str(error)
    return said or ("it was closed" if isinstance(error, ConnectionError) else type(error).__name__)


def broken(host: str, why: str) -> NetworkError:
    """The error for a connection that ended before the reply was whole."""
    return NetworkError(f"The connection to {host} broke before the reply was whole: {why}", host=host)


def _hint(host: str) -> str:
    if host.startswith(LOCAL):
        return "Is the server running, and on that port?"
    return "Check the network, the base URL (llm endpoints list) and the proxy variables"
