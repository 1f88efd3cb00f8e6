"""The transports: the same exchange, whatever its framing, over connections that are used again."""

from __future__ import annotations

import os
import time
from typing import Any

import pytest

import llm
from api.colour import Colour
from api.fixtures import Serve
from llm._io.request import HTTPRequest, Timeouts
from llm.testing import Cut, FaultyServer, Pause, Reply, Stall, json_reply


async def fetch(io: Any, url: str, **how: Any) -> tuple[int, bytes]:
    async with io.send(HTTPRequest(url, **how)) as reply:
        return reply.status, await reply.read()


@pytest.mark.parametrize("framing", ["chunked", "length", "close"])
@pytest.mark.parametrize("body", [[], ["one"], ["one", Pause(0.01), "two"], ["", "x" * 200_000, "end"]])
def test_the_body_is_the_same_in_every_framing(colour: Colour, serve: Serve, framing: Any, body: list[Any]) -> None:
    server = serve(Reply(body, framing=framing))
    whole = "".join(step for step in body if isinstance(step, str)).encode()
    assert colour.run(fetch(colour.io(), server.url, body=b"asked")) == (200, whole)
    assert server.exchanges[0].body == b"asked"


@pytest.mark.parametrize("framing", ["chunked", "length"])
def test_a_connection_is_used_again(colour: Colour, serve: Serve, framing: Any) -> None:
    server = serve(Reply(["x"], framing=framing), repeat=True)
    io = colour.io()
    for _ in range(3):
        assert colour.run(fetch(io, server.url)) == (200, b"x")
    assert (len(server.exchanges), server.connections) == (3, 1)


def test_a_connection_that_the_server_closes_is_not_used_again(colour: Colour, serve: Serve) -> None:
    server = serve(Reply(["x"], framing="close"), repeat=True)
    io = colour.io()
    for _ in range(2):
        assert colour.run(fetch(io, server.url)) == (200, b"x")
    assert server.connections == 2


def test_a_kept_connection_that_the_server_has_dropped_is_replaced(colour: Colour, serve: Serve) -> None:
    server = serve(Reply(["x", Cut()]), Reply(["y"]))
    io = colour.io()
    assert colour.run(fetch(io, server.url)) == (200, b"x")
    time.sleep(0.1)  # until the end of the connection has arrived
    assert colour.run(fetch(io, server.url)) == (200, b"y")
    assert (len(server.exchanges), server.connections) == (2, 2)


def test_a_request_that_reached_the_server_on_a_kept_connection_is_not_sent_twice(colour: Colour, serve: Serve) -> None:
    server = serve(Reply(["x"]), Reply(before=[Cut()]), Reply(["never"]))
    io = colour.io()
    colour.run(fetch(io, server.url))
    with pytest.raises(llm.NetworkError, match="closed without a reply"):
        colour.run(fetch(io, server.url))
    assert len(server.exchanges) == 2


def test_each_host_and_port_has_connections_of_its_own(colour: Colour, serve: Serve) -> None:
    one, other = serve(Reply(["one"]), repeat=True), serve(Reply(["other"]), repeat=True)
    io = colour.io()
    bodies = [colour.run(fetch(io, server.url))[1] for server in (one, other, one, other)]
    assert bodies == [b"one", b"other"] * 2
    assert (one.connections, other.connections) == (1, 1)


def test_a_reply_that_was_not_read_to_its_end_closes_its_connection(colour: Colour, serve: Serve) -> None:
    server = serve(Reply(["x", Stall(10)], framing="chunked"), Reply(["y"]))
    io = colour.io()

    async def peek() -> bytes:
        async with io.send(HTTPRequest(server.url)) as reply:
            return await anext(reply.chunks())

    assert colour.run(peek()) == b"x"
    assert colour.run(fetch(io, server.url)) == (200, b"y")
    assert server.exchanges[0].closed_by_client.wait(5)
    assert server.connections == 2


@pytest.mark.parametrize("framing", ["chunked", "length"])
def test_settling_reads_what_comes_at_once_and_keeps_the_connection(colour: Colour, serve: Serve, framing: Any) -> None:
    server = serve(Reply(["x", Pause(0.005), "rest"], framing=framing), repeat=True)
    io = colour.io()

    async def settled() -> None:
        async with io.send(HTTPRequest(server.url)) as reply:
            await anext(reply.chunks())
            await reply.settle()

    for _ in range(3):
        colour.run(settled())
    assert server.connections == 1


def test_settling_does_not_wait_for_what_does_not_come(colour: Colour, serve: Serve) -> None:
    server = serve(Reply(["x", Stall(10)], framing="chunked"), repeat=True)
    io = colour.io()

    async def settled() -> None:
        async with io.send(HTTPRequest(server.url)) as reply:
            await anext(reply.chunks())
            await reply.settle()

    started = time.monotonic()
    colour.run(settled())
    assert time.monotonic() - started < 2
    assert server.exchanges[0].closed_by_client.wait(5)


def test_requests_have_our_name_and_no_more_headers_than_they_need(colour: Colour, serve: Serve) -> None:
    server = serve(Reply(), repeat=True)
    io = colour.io()
    colour.run(fetch(io, server.url, method="GET"))
    assert dict(server.exchanges[0].headers) == {
        "host": f"127.0.0.1:{server.port}",
        "user-agent": f"llm/{llm.__version__}",
        "accept-encoding": "identity",
    }
    colour.run(fetch(io, server.url, body=b"{}", headers={"Authorization": "Bearer x", "User-Agent": "mine"}))
    assert dict(server.exchanges[1].headers) == {
        "host": f"127.0.0.1:{server.port}",
        "user-agent": "mine",
        "accept-encoding": "identity",
        "authorization": "Bearer x",
        "content-length": "2",
    }


def test_cookies_are_not_kept(colour: Colour, serve: Serve) -> None:
    server = serve(Reply(headers={"Set-Cookie": "who=me; Path=/"}), repeat=True)
    url, io = server.url.replace("127.0.0.1", "localhost"), colour.io()
    for _ in range(2):
        colour.run(fetch(io, url))
    assert "cookie" not in server.exchanges[1].headers


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/plain?a=1&b=2", "/plain?a=1&b=2"),
        ("/é 1.png?q=ü", "/%C3%A9%201.png?q=%C3%BC"),
        ("/signed?x=%2Fa%20b&y=a+b", "/signed?x=%2Fa%20b&y=a+b"),
        ("/x#fragment", "/x"),
        ("", "/"),
    ],
)
def test_addresses_are_encoded_where_they_must_be_and_else_left_alone(
    colour: Colour, serve: Serve, path: str, sent: str
) -> None:
    server = serve(Reply())
    colour.run(fetch(colour.io(), f"http://127.0.0.1:{server.port}{path}"))
    assert server.exchanges[0].path == sent


def test_header_names_are_lower_case(colour: Colour, serve: Serve) -> None:
    server = serve(Reply(headers={"X-Request-ID": "r1"}))

    async def headers() -> Any:
        async with colour.io().send(HTTPRequest(server.url)) as reply:
            return reply.headers

    assert colour.run(headers())["x-request-id"] == "r1"


@pytest.mark.parametrize(
    "steps",
    [["zz\r\nhello\r\n"], ["-5\r\nhello\r\n"], ["5\r\nhello\r\n", "x" * 5000], ["x" * 5000]],
    ids=["no number", "negative", "no size after a chunk", "no size at all"],
)
def test_broken_chunks_are_a_network_error(colour: Colour, serve: Serve, steps: list[str]) -> None:
    head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    server = serve(Reply(before=[head, Pause(0.05), *steps, Pause(0.05), Cut()]))
    with pytest.raises(llm.NetworkError, match=f"127.0.0.1:{server.port} broke before the reply was whole"):
        colour.run(fetch(colour.io(), server.url))


def test_what_is_no_http_is_a_bad_reply(colour: Colour, serve: Serve) -> None:
    server = serve(Reply(before=["SSH-2.0-OpenSSH_9.6\r\n", Cut()]))
    with pytest.raises(llm.BadReplyError, match="does not answer in HTTP"):
        colour.run(fetch(colour.io(), server.url))


def test_plain_connections_are_closed_with_their_transport() -> None:
    from llm._io.blocking import BlockingIO, run

    with FaultyServer(json_reply({}), repeat=True) as server:
        io = BlockingIO()
        run(fetch(io, server.url))
        connection = server._connections[0]
        del io
        deadline = time.monotonic() + 5
        while connection._socket.fileno() != -1 and time.monotonic() < deadline:
            time.sleep(0.01)
        assert connection._socket.fileno() == -1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_process_does_not_talk_into_its_parents_connection(serve: Serve) -> None:
    from llm._io.blocking import BlockingIO, run

    server = serve(Reply(["x"]), repeat=True)
    io = BlockingIO()
    run(fetch(io, server.url))
    child = os.fork()
    if not child:
        os._exit(0 if run(fetch(io, server.url)) == (200, b"x") else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert run(fetch(io, server.url)) == (200, b"x")
    assert (len(server.exchanges), server.connections) == (3, 2)


def test_a_request_keeps_its_secrets_out_of_its_repr() -> None:
    request = HTTPRequest("https://x/", b"body-secret", {"authorization": "Bearer secret"}, timeouts=Timeouts(1))
    assert "secret" not in repr(request)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://h/x", "h:80"),
        ("https://h/x", "h:443"),
        ("http://[::1]:8080/v1", "[::1]:8080"),
        ("http://user:pass@h:1/", "h:1"),
    ],
)
def test_the_other_side_is_named_by_host_and_port(url: str, host: str) -> None:
    assert HTTPRequest(url).host == host
