"""An exchange ends when it should, however the other side drags it out."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

import llm
from api.fixtures import Serve, serve
from api.world import make_app
from llm._io.blocking import BlockingIO, run
from llm._io.request import HTTPRequest, Timeouts
from llm.testing import Pause, Reply

__all__ = ["serve"]


@contextmanager
def dripping_proxy() -> Iterator[str]:
    """A proxy whose answer to CONNECT comes a byte at a time, and never ends."""
    listening = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        with suppress(OSError):
            connection, _ = listening.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
                for _ in range(200):
                    connection.sendall(b"x")
                    time.sleep(0.05)

    threading.Thread(target=drip, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        listening.close()


def test_connecting_by_a_proxy_is_limited_in_all(monkeypatch: pytest.MonkeyPatch) -> None:
    with dripping_proxy() as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy)
        request = HTTPRequest("https://far.invalid/v1", b"{}", timeouts=Timeouts(connect=0.3))
        begun = time.monotonic()
        with pytest.raises(llm.LLMTimeoutError) as caught:
            run(BlockingIO().send(request).__aenter__())
    assert caught.value.phase == "connect"
    assert time.monotonic() - begun < 3


def test_pings_after_the_end_of_an_answer_are_not_waited_for(serve: Serve, tmp_path: Path) -> None:
    chunk = b'data: {"choices":[{"index":0,"delta":{"content":"all"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'
    pings = [step for _ in range(200) for step in (Pause(0.02), b": ping\n\n")]
    server = serve(Reply([chunk, *pings], headers={"content-type": "text/event-stream"}, framing="chunked"))
    begun = time.monotonic()
    assert make_app(tmp_path / "user", server.url).get_model("test/m").prompt("go").text() == "all"
    assert time.monotonic() - begun < 2


def test_the_reply_of_a_server_that_does_not_read_the_request_is_read(serve: Serve) -> None:
    refusing = socket.create_server(("127.0.0.1", 0))

    def refuse() -> None:
        connection, _ = refusing.accept()
        with connection:
            connection.recv(1024)
            connection.sendall(b"HTTP/1.1 413 Too Large\r\ncontent-length: 5\r\nconnection: close\r\n\r\nlarge")
            connection.shutdown(socket.SHUT_WR)
            time.sleep(0.3)

    threading.Thread(target=refuse, daemon=True).start()
    request = HTTPRequest(f"http://127.0.0.1:{refusing.getsockname()[1]}/v1", b"x" * 50_000_000)

    async def ask() -> tuple[int, bytes]:
        async with BlockingIO().send(request) as reply:
            return reply.status, await reply.read()

    assert run(ask()) == (413, b"large")
    refusing.close()
