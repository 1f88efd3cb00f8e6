"""A server that fails on purpose."""

from __future__ import annotations

import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import BadStatusLine, HTTPConnection, IncompleteRead, RemoteDisconnected

import pytest

from llm.testing import Cut, FaultyServer, Pause, Reply, Stall
from llm.testing.reply import Framing

from .asking import fetch, opened

FRAMINGS: tuple[Framing, ...] = ("length", "chunked", "close")


@contextmanager
def connected(server: FaultyServer, timeout: float = 5.0) -> Iterator[HTTPConnection]:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=timeout)
    try:
        yield connection
    finally:
        connection.close()


def ask(server: FaultyServer) -> tuple[int, bytes]:
    with opened(server.url) as response:
        return response.status, response.read()


@pytest.mark.parametrize("framing", FRAMINGS)
def test_the_pieces_of_a_body_arrive_in_order_in_any_framing(framing: Framing) -> None:
    with FaultyServer(Reply(["Grüße, ", b"\x00\xff", Pause(0.01), "", "end"], framing=framing)) as server:
        assert ask(server) == (200, "Grüße, ".encode() + b"\x00\xffend")


def test_status_and_headers_are_those_of_the_reply() -> None:
    busy = Reply(["busy"], status=529, headers={"Retry-After": "7", "X-Request-Id": "r1"})
    with FaultyServer(busy) as server, opened(server.url) as response:
        assert (response.status, response.reason) == (529, "Unknown")
        assert response.headers["retry-after"] == "7"
        assert response.headers["x-request-id"] == "r1"
        assert response.headers["content-length"] == "4"


def test_a_request_is_recorded_whole() -> None:
    with FaultyServer(Reply()) as server:
        with opened(f"{server.url}/chat/completions", {"model": "é"}, key="sk-secret"):
            pass
        (exchange,) = server.exchanges
    assert (exchange.method, exchange.path) == ("POST", "/v1/chat/completions")
    assert exchange.headers["authorization"] == "Bearer sk-secret"
    assert exchange.headers["content-type"] == "application/json"
    assert exchange.body == b'{"model": "\\u00e9"}'
    assert exchange.json() == {"model": "é"}
    assert "sk-secret" not in repr(exchange)


def test_a_chunked_request_is_recorded_whole() -> None:
    with FaultyServer(Reply(["ok"])) as server, connected(server) as client:
        client.request("PUT", "/x?y=1", iter([b"Hel", b"lo"]), {"Transfer-Encoding": "chunked"}, encode_chunked=True)
        assert client.getresponse().read() == b"ok"
        assert server.exchange(0).path == "/x?y=1"
        assert server.exchange(0).body == b"Hello"


def test_replies_come_in_turn_and_then_no_more() -> None:
    with FaultyServer(Reply(["1"]), Reply(["2"], status=500)) as server:
        assert [ask(server) for _ in range(2)] == [(200, b"1"), (500, b"2")]
        status, error = fetch(server.url)
        assert status == 410
        assert error["error"]["message"] == "No reply is scripted for request 2."
        assert len(server.exchanges) == 3


def test_the_last_reply_repeats_if_asked() -> None:
    with FaultyServer(Reply(["1"]), Reply(["2"]), repeat=True) as server:
        assert [ask(server)[1] for _ in range(4)] == [b"1", b"2", b"2", b"2"]


@pytest.mark.parametrize("framing", ["length", "chunked"])
def test_a_connection_serves_several_requests(framing: Framing) -> None:
    with FaultyServer(Reply(["ok"], framing=framing), repeat=True) as server, connected(server) as client:
        for _ in range(3):
            client.request("GET", "/")
            assert client.getresponse().read() == b"ok"
        assert server.connections == 1
        assert len(server.exchanges) == 3


def test_a_connection_that_is_the_end_of_the_body_serves_one_request() -> None:
    with FaultyServer(Reply(["ok"], framing="close"), repeat=True) as server:
        for _ in range(2):
            ask(server)
        assert server.connections == 2


def test_requests_at_the_same_time_are_answered_at_the_same_time() -> None:
    with FaultyServer(Reply([Pause(0.3), "ok"]), repeat=True) as server:
        start = time.monotonic()
        threads = [threading.Thread(target=ask, args=[server]) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert time.monotonic() - start < 1.5
        assert len(server.exchanges) == 8


def test_a_pause_holds_back_what_follows() -> None:
    with FaultyServer(Reply(["first", Pause(0.3), "second"])) as server, opened(server.url) as response:
        start = time.monotonic()
        assert response.read1() == b"first"
        assert time.monotonic() - start < 0.25
        assert response.read1() == b"second"
        assert time.monotonic() - start > 0.25


def test_a_pause_before_the_head_holds_back_the_first_byte() -> None:
    with FaultyServer(Reply(["ok"], before=[Pause(0.3)])) as server:
        start = time.monotonic()
        assert ask(server) == (200, b"ok")
        assert time.monotonic() - start > 0.25


def test_bytes_before_the_head_need_not_be_http() -> None:
    nonsense = Reply(before=["SSH-2.0-nonsense\r\n", Cut()])
    with FaultyServer(nonsense) as server, pytest.raises(BadStatusLine, match="SSH"):
        ask(server)


def test_a_slow_reply_has_pieces_of_a_few_bytes_whatever_it_cuts_through() -> None:
    reply = Reply(["né", Pause(0.5), b"!"], framing="chunked").slowly(2, 0.01)
    assert list(reply.body) == [b"n\xc3", Pause(0.01), b"\xa9", Pause(0.01), Pause(0.5), b"!", Pause(0.01)]
    with FaultyServer(reply) as server:
        assert ask(server) == (200, "né!".encode())


@pytest.mark.parametrize("framing", ["length", "chunked"])
def test_a_cut_ends_the_connection_in_the_middle_of_the_body(framing: Framing) -> None:
    with FaultyServer(Reply(["part", Cut(), "rest"], framing=framing)) as server:
        with opened(server.url) as response, pytest.raises(IncompleteRead) as caught:
            response.read()
        assert server.exchange(0).finished.is_set()
    assert caught.value.partial == b"part"


def test_a_cut_is_the_end_of_a_body_that_the_connection_frames() -> None:
    with FaultyServer(Reply(["part", Cut(), "rest"], framing="close")) as server:
        assert ask(server) == (200, b"part")


@pytest.mark.parametrize("framing", FRAMINGS)
def test_a_reset_breaks_the_connection_in_the_middle_of_the_body(framing: Framing) -> None:
    # The pause lets the client read what came before: a reset throws away what it has not read.
    reply = Reply(["part", Pause(0.2), Cut(reset=True), "rest"], framing=framing)
    with FaultyServer(reply) as server, opened(server.url) as response:
        assert response.read1() == b"part"
        with pytest.raises(ConnectionResetError):
            response.read()


def test_a_connection_may_be_cut_before_the_first_byte() -> None:
    with FaultyServer(Reply(before=[Cut()]), Reply(before=[Cut(reset=True)])) as server:
        with pytest.raises(RemoteDisconnected):
            ask(server)
        with pytest.raises(ConnectionResetError):
            ask(server)


def test_a_stall_is_silence_until_the_client_loses_patience() -> None:
    with FaultyServer(Reply(["part", Stall(), "rest"])) as server:
        with opened(server.url, timeout=0.2) as response:
            assert response.read1() == b"part"
            with pytest.raises(TimeoutError):
                response.read1()
        assert server.exchange(0).closed_by_client.wait(5)


def test_a_stall_has_an_end() -> None:
    with FaultyServer(Reply(["part", Stall(0.1), "rest"])) as server, opened(server.url) as response:
        with pytest.raises(IncompleteRead):
            response.read()
        assert server.exchange(0).finished.wait(5)
        assert not server.exchange(0).closed_by_client.is_set()


@pytest.mark.parametrize("wait", [Stall(30), Pause(30)], ids=["stall", "pause"])
def test_a_client_that_leaves_is_noticed_at_once_while_the_server_waits(wait: Stall | Pause) -> None:
    with FaultyServer(Reply(["part", wait, "rest"], framing="chunked")) as server:
        with opened(server.url) as response:
            assert response.read1() == b"part"
            exchange = server.exchange(0)
            assert not exchange.closed_by_client.wait(0.1)
        assert exchange.closed_by_client.wait(5)
        assert exchange.finished.wait(5)
        assert exchange.closed_after is not None
        assert 0.1 <= exchange.closed_after < 5


def test_a_client_that_leaves_an_endless_stream_is_noticed() -> None:
    with FaultyServer(Reply(["x" * 65536] * 2000, framing="chunked")) as server:
        with opened(server.url) as response:
            response.read(10)
        assert server.exchange(0).closed_by_client.wait(5)


def test_a_client_that_leaves_after_the_end_has_not_left_early() -> None:
    with FaultyServer(Reply(["ok"])) as server:
        ask(server)
        assert server.exchange(0).finished.wait(5)
        assert not server.exchange(0).closed_by_client.is_set()


def test_a_request_can_be_waited_for() -> None:
    with FaultyServer(Reply(["ok"])) as server:
        with pytest.raises(TimeoutError, match=r"Request 0 did not come within 0\.05 seconds"):
            server.exchange(0, timeout=0.05)
        timer = threading.Timer(0.1, ask, [server])
        timer.start()
        assert server.exchange(0).method == "GET"
        timer.join()


def test_a_client_that_talks_no_http_is_dropped() -> None:
    with FaultyServer(Reply(["ok"]), repeat=True) as server:
        with socket.create_connection(("127.0.0.1", server.port), timeout=5) as client:
            client.sendall(b"nonsense\r\n")
            assert client.recv(100) == b""
        assert ask(server) == (200, b"ok")


@pytest.mark.parametrize("step", [Stall(60), Pause(60)], ids=["stall", "pause"])
def test_closing_the_server_ends_what_it_waits_for(step: Stall | Pause) -> None:
    with FaultyServer(Reply(["part", step])) as server, opened(server.url) as response:
        assert response.read1() == b"part"
        start = time.monotonic()
        server.close()
        assert time.monotonic() - start < 2
        assert not server.exchange(0).closed_by_client.is_set()
    server.close()


def test_closing_the_server_ends_idle_connections_and_unread_replies() -> None:
    server = FaultyServer(Reply(["ok"]), Reply(["x" * 1_000_000] * 50))
    with server, connected(server) as idle, connected(server) as unread:
        idle.request("GET", "/")
        assert idle.getresponse().read() == b"ok"
        unread.request("GET", "/")
        server.exchange(1)
        start = time.monotonic()
        server.close()
        assert time.monotonic() - start < 2


def test_a_closed_server_refuses_connections() -> None:
    with FaultyServer(Reply()) as server:
        port = server.port
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere connections may queue without end")
def test_a_server_that_accepts_nobody_leaves_clients_connecting() -> None:
    with FaultyServer(accept=False) as server, connected(server, timeout=0.3) as client:
        start = time.monotonic()
        with pytest.raises(TimeoutError):
            client.connect()
        assert 0.25 < time.monotonic() - start < 2
        assert server.exchanges == []
        start = time.monotonic()
        server.close()
        assert time.monotonic() - start < 1
