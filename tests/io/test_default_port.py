"""A URL that names no port means the one of its own scheme, also where it is a proxy's."""

from __future__ import annotations

import socket

import pytest
from http_exchange import fetch

import llm
from api.colour import Colour


def is_free(host: str, port: int) -> bool:
    """Whether nobody listens there, on a machine that has such an address."""
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            return probe.connect_ex((host, port)) in (61, 111, 10061)  # refused: BSD, Linux, Windows
    except OSError:
        return False


def refused(colour: Colour, url: str) -> llm.NetworkError:
    with pytest.raises(llm.NetworkError, match="connection refused") as caught:
        fetch(colour, colour.io(), url)
    return caught.value


@pytest.mark.parametrize("target", ["http", "https"])
def test_an_http_proxy_without_a_port_is_asked_at_80_whatever_it_carries(
    colour: Colour, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not is_free("127.0.0.1", 80):
        pytest.skip("something listens on port 80 of this machine")
    monkeypatch.setenv(f"{target}_proxy", "http://user:secret@127.0.0.1")
    error = refused(colour, f"{target}://example.invalid/v1")
    assert error.host == "127.0.0.1:80"
    assert "secret" not in f"{error!r} {error.hint} {vars(error)}"


@pytest.mark.parametrize(("url", "host"), [("http://[::1]/v1", "[::1]:80"), ("https://[::1]/v1", "[::1]:443")])
def test_an_ipv6_address_without_a_port_is_asked_at_that_of_the_scheme(colour: Colour, url: str, host: str) -> None:
    if not is_free("::1", int(host.rpartition(":")[2])):
        pytest.skip("something listens there, or this machine has no IPv6")
    assert refused(colour, url).host == host
