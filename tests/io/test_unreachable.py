"""A server that cannot be reached is an error that names it and says why."""

from __future__ import annotations

import socket
import subprocess
import sys
from ssl import SSLCertVerificationError, SSLError
from typing import Any

import pytest

import llm
from api.colour import Colour
from llm._io.network_error import broken, unreachable
from llm._io.request import HTTPRequest


def failed(colour: Colour, url: str) -> Any:
    """The error of a request."""

    async def fetch() -> None:
        async with colour.io().send(HTTPRequest(url)):
            pass

    with pytest.raises(llm.NetworkError) as caught:
        colour.run(fetch())
    assert str(caught.value.host) in str(caught.value) or str(caught.value.host).rpartition(":")[0] in str(caught.value)
    return caught.value


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_refused_connection(colour: Colour, scheme: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    error = failed(colour, f"{scheme}://127.0.0.1:{port}/v1")
    assert str(error) == f"Nothing answers at 127.0.0.1:{port}: connection refused"
    assert error.hint == "Is the server running, and on that port?"
    assert error.retryable


def test_a_refused_connection_over_ipv6(colour: Colour) -> None:
    if not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    error = failed(colour, "http://[::1]:1/v1")
    assert error.host == "[::1]:1"
    assert "[::1]:1" in str(error)


def test_a_host_that_does_not_exist(colour: Colour) -> None:
    error = failed(colour, "http://nowhere.invalid/v1")
    assert str(error) == "There is no host nowhere.invalid: Name or service not known"
    assert "llm endpoints list" in error.hint


NAMELESS = """
import asyncio, llm
from llm._io.blocking import BlockingIO, run
from llm._io.event_loop import EventLoopIO
from llm._io.request import HTTPRequest

async def fetch(io, host):
    try:
        async with io.send(HTTPRequest(f"http://{host}/v1")):
            pass
    except llm.NetworkError as error:
        print(error, error.retryable)

for host in ("a..b", "a" * 70 + ".invalid"):
    run(fetch(BlockingIO(), host))
    asyncio.run(fetch(EventLoopIO(), host))
"""


def test_a_name_that_no_host_can_have() -> None:
    # In a process of its own: this one's guard against look-ups would come first.
    done = subprocess.run([sys.executable, "-c", NAMELESS], capture_output=True, text=True, check=True, timeout=30)
    expected = [f"{host} is no name of a host False" for host in ("a..b", "a" * 70 + ".invalid") for _ in range(2)]
    assert done.stdout.splitlines() == expected


def test_a_certificate_that_cannot_be_trusted_is_not_tried_again() -> None:
    cause = SSLCertVerificationError("self-signed")
    cause.verify_message = "self-signed certificate"
    error = unreachable("h:443", cause)
    assert str(error) == "The certificate of h:443 cannot be trusted: self-signed certificate"
    assert not error.retryable
    assert llm.NetworkError("another").retryable


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (SSLError(1, "wrong version number"), "h:443 does not speak TLS as expected: wrong version number"),
        (OSError(101, "Network is unreachable"), "Cannot connect to h:443: Network is unreachable"),
        (ConnectionResetError(), "Cannot connect to h:443: it was closed"),
        (OSError(), "Cannot connect to h:443: OSError"),
    ],
)
def test_other_reasons_are_told_in_words(cause: OSError, words: str) -> None:
    assert str(unreachable("h:443", cause)) == words


def test_a_broken_connection_names_the_host() -> None:
    error = broken("h:80", "it was closed early")
    assert (error.host, error.retryable) == ("h:80", True)
    assert str(error) == "The connection to h:80 broke before the reply was whole: it was closed early"
