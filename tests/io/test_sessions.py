"""Sessions of event loops: one for each, closed when it ends, and nothing left behind at exit."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import time
import weakref
from textwrap import dedent
from typing import Any

import pytest

from api.fixtures import Serve
from api.world import make_app
from llm._io.event_loop import EventLoopIO
from llm._io.event_loop_http import EventLoopTransport
from llm._io.request import HTTPRequest
from llm.testing import Reply, chat_stream


async def fetch(io: Any, url: str) -> bytes:
    async with io.send(HTTPRequest(url)) as reply:
        body: bytes = await reply.read()
        return body


def test_many_loops_in_a_row_each_have_a_session_that_is_closed(serve: Serve) -> None:
    server = serve(Reply(["x"]), repeat=True)
    transport = EventLoopTransport()
    io, loops, sessions = EventLoopIO(transport), [], []

    async def twice() -> None:
        loops.append(weakref.ref(asyncio.get_running_loop()))
        for _ in range(2):
            assert await fetch(io, server.url) == b"x"
        sessions.extend(transport._sessions.values())

    for _ in range(5):
        asyncio.run(twice())
    assert server.connections == 5
    assert all(session.closed for session in sessions)
    assert transport._sessions == {}
    sessions.clear()
    gc.collect()
    assert [loop() for loop in loops] == [None] * 5


def test_loops_at_the_same_time_have_sessions_of_their_own(serve: Serve) -> None:
    server = serve(Reply(["x"]), repeat=True)
    io = EventLoopIO()
    one, other = asyncio.Runner(), asyncio.Runner()
    for runner in (one, other, one, other):
        assert runner.run(fetch(io, server.url)) == b"x"
    one.close()
    assert other.run(fetch(io, server.url)) == b"x"
    other.close()
    assert server.connections == 2


def test_many_requests_at_once_share_a_session(serve: Serve) -> None:
    server = serve(Reply(["x"]), repeat=True)
    io = EventLoopIO()

    async def main() -> list[bytes]:
        return await asyncio.gather(*(fetch(io, server.url) for _ in range(20)))

    assert asyncio.run(main()) == [b"x"] * 20
    assert len(server.exchanges) == 20


def test_a_transport_that_is_dropped_closes_its_connections_while_the_loop_goes_on(serve: Serve) -> None:
    server = serve(Reply(["x"]), repeat=True)

    async def main() -> None:
        io: Any = EventLoopIO()
        await fetch(io, server.url)
        del io
        gc.collect()
        connection, deadline = server._connections[0], time.monotonic() + 5
        while connection._socket.fileno() != -1:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.01)

    asyncio.run(main())


PROGRAMS = {
    "plain": """
        import llm
        for _ in range(2):
            assert llm.get_model("test/m").prompt("go").text() == "x"
    """,
    "a loop": """
        import asyncio, llm
        async def main():
            model = llm.get_async_model("test/m")
            await asyncio.gather(*(model.prompt("go").text() for _ in range(3)))
        asyncio.run(main())
        asyncio.run(main())
    """,
    "both": """
        import asyncio, llm
        llm.get_model("test/m").prompt("go").text()
        async def main():
            return await llm.get_async_model("test/m").prompt("go").text()
        assert asyncio.run(main()) == "x"
    """,
    "left in the middle": """
        import asyncio, llm
        pieces = iter(llm.get_model("test/m").prompt("go"))
        next(pieces)
        async def main():
            pieces = aiter(llm.get_async_model("test/m").prompt("go"))
            await anext(pieces)
        asyncio.run(main())
    """,
}


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_leaves_nothing_open(program: str, serve: Serve, tmp_path: Any, monkeypatch: Any) -> None:
    server = serve(chat_stream("x"), repeat=True)
    make_app(tmp_path / "user", server.url)
    command = [sys.executable, "-W", "error", "-c", dedent(PROGRAMS[program])]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
