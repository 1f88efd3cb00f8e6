"""Proxies are those of the environment, and their passwords are nobody else's business."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest
from relay import Relay

import llm
from api.colour import Colour
from api.fixtures import ModelAt, Serve
from llm._io.request import HTTPRequest
from llm.testing import Reply, chat_stream

CREDENTIALS = "Basic " + base64.b64encode(b"user:p@ss").decode()


@pytest.fixture
def relay(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> Iterator[Relay]:
    """A proxy, named by the environment with a password, before a server that answers."""
    server = serve(Reply(["through"]), repeat=True)
    made = Relay(server.port)
    monkeypatch.setenv("HTTP_PROXY", f"http://user:p%40ss@127.0.0.1:{made.port}")
    monkeypatch.setenv("https_proxy", f"user:p%40ss@127.0.0.1:{made.port}")
    yield made
    made.close()


async def fetch(io: Any, url: str, **how: Any) -> bytes:
    async with io.send(HTTPRequest(url, **how)) as reply:
        body: bytes = await reply.read()
        return body


def test_a_plain_request_goes_through_the_proxy_with_its_password(colour: Colour, relay: Relay) -> None:
    assert colour.run(fetch(colour.io(), "http://api.invalid:99/v1/x?q=1", body=b"{}")) == b"through"
    head = relay.heads[0].lower().splitlines()
    assert head[0] == "post http://api.invalid:99/v1/x?q=1 http/1.1"
    assert "host: api.invalid:99" in head
    assert f"proxy-authorization: {CREDENTIALS}".lower() in head


def test_a_connection_to_a_proxy_is_used_again(colour: Colour, relay: Relay) -> None:
    io = colour.io()
    for _ in range(2):
        assert colour.run(fetch(io, "http://api.invalid:99/x")) == b"through"
    assert len(relay.heads) == 1


def test_https_is_tunnelled_and_its_headers_stay_within(colour: Colour, relay: Relay) -> None:
    with pytest.raises(llm.NetworkError):  # what is behind it speaks no TLS
        colour.run(fetch(colour.io(), "https://api.invalid:99/x", headers={"authorization": "Bearer sk-secret"}))
    head = relay.heads[0].splitlines()
    assert head[0].startswith("CONNECT api.invalid:99 HTTP/1.")
    assert f"proxy-authorization: {CREDENTIALS}".lower() in relay.heads[0].lower()
    assert "sk-secret" not in "".join(relay.heads)


@pytest.mark.parametrize("named", ["127.0.0.1", "*", "localhost,127.0.0.1", "127.0.0.1:{port}"])
def test_no_proxy_is_honoured(
    colour: Colour, relay: Relay, serve: Serve, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    server = serve(Reply(["direct"]))
    monkeypatch.setenv("NO_PROXY", named.format(port=server.port))
    assert colour.run(fetch(colour.io(), server.url)) == b"direct"
    assert relay.heads == []


def test_all_proxy_serves_what_has_none_of_its_own(
    colour: Colour, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HTTP_PROXY")
    monkeypatch.setenv("all_proxy", f"http://127.0.0.1:{relay.port}")
    assert colour.run(fetch(colour.io(), "http://api.invalid/x")) == b"through"


def test_a_kept_connection_is_not_used_when_the_proxy_has_changed(
    colour: Colour, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    io = colour.io()
    colour.run(fetch(io, "http://api.invalid/x"))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with pytest.raises(llm.NetworkError, match=r"127\.0\.0\.1:1"):
        colour.run(fetch(io, "http://api.invalid/x"))


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_is_down_is_named_without_its_password(
    colour: Colour, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    monkeypatch.setenv(f"{scheme}_proxy", "http://user:p%40ss@127.0.0.1:1")
    with pytest.raises(llm.NetworkError, match=r"127\.0\.0\.1:1: connection refused") as caught:
        colour.run(fetch(colour.io(), f"{scheme}://api.invalid/x"))
    shown = f"{caught.value!r} {caught.value.hint} {caught.value.host}"
    assert not any(secret in shown for secret in ("p@ss", "p%40ss", "user"))


def test_a_proxy_that_refuses_a_tunnel_says_so(colour: Colour, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = Relay(0, refuse="407 Proxy Authentication Required")
    monkeypatch.setenv("https_proxy", f"http://user:p%40ss@127.0.0.1:{proxy.port}")
    with pytest.raises(llm.NetworkError, match="407 Proxy Authentication Required") as caught:
        colour.run(fetch(colour.io(), "https://api.invalid/x"))
    proxy.close()
    assert f"127.0.0.1:{proxy.port}" in str(caught.value)
    assert "p@ss" not in repr(caught.value)
    assert "p%40ss" not in repr(caught.value)


@pytest.mark.parametrize("proxy", ["socks5://user:secret@127.0.0.1:9", "https://user:secret@127.0.0.1:9"])
def test_another_kind_of_proxy_is_a_configuration_error(
    colour: Colour, monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("http_proxy", proxy)
    with pytest.raises(llm.ConfigError, match="that kind is not supported") as caught:
        colour.run(fetch(colour.io(), "http://api.invalid/x"))
    assert "secret" not in f"{caught.value} {caught.value.hint}"


@pytest.mark.parametrize("proxy", ["http://user:secret@bad host:9", "http://user:secret@h:port", "http://user:secret@"])
def test_a_proxy_that_is_no_address_is_a_configuration_error_that_does_not_repeat_it(
    colour: Colour, monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("http_proxy", proxy)
    with pytest.raises(llm.ConfigError, match="no usable host and port") as caught:
        colour.run(fetch(colour.io(), "http://api.invalid/x"))
    assert "secret" not in f"{caught.value} {caught.value.hint}"


def test_a_model_is_asked_through_the_proxy(
    colour: Colour, model_at: ModelAt, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve(chat_stream("proxied"))
    proxy = Relay(server.port)
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
    assert colour.run(model_at("http://api.invalid/v1", key="sk-secret-key").prompt("go").text()) == "proxied"
    proxy.close()
    assert proxy.heads[0].startswith("POST http://api.invalid/v1/chat/completions HTTP/1.1")
