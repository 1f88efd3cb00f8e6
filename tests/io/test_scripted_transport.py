"""The transport in memory of the test kit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import llm
from api.colour import Colour, take
from api.world import make_app
from llm._io.request import HTTPRequest, Timeouts
from llm.testing import Cut, Pause, Reply, ScriptedTransport, Stall, chat_stream, error_reply


def asked(colour: Colour, tmp_path: Path, transport: ScriptedTransport) -> Any:
    """A model of the colour whose exchanges the transport carries."""
    app = make_app(tmp_path / "user", "http://api.invalid/v1", transport=transport, async_transport=transport)
    return colour.model(app, "test/m")


def test_replies_are_played_in_order_and_requests_are_noted(colour: Colour, tmp_path: Path) -> None:
    transport = ScriptedTransport(error_reply(429), chat_stream("Hel", Pause(60), "lo"))
    assert colour.run(asked(colour, tmp_path, transport).prompt("go").text()) == "Hello"
    assert [request.url for request in transport.requests] == ["http://api.invalid/v1/chat/completions"] * 2
    assert b'"go"' in transport.requests[0].body
    assert transport.open == 0


def test_a_reader_that_leaves_closes_the_reply(colour: Colour, tmp_path: Path) -> None:
    transport = ScriptedTransport(chat_stream("a", "b"))
    response = asked(colour, tmp_path, transport).prompt("go")
    held = colour.iterate(response)
    assert next(held) == "a"
    assert transport.open == 1
    held.close()  # type: ignore[attr-defined]
    assert transport.open == 0
    assert take(colour, response, 1) == ["a"]


async def fetch(io: Any, **how: Any) -> tuple[int, bytes]:
    async with io.send(HTTPRequest("http://api.invalid/", **how)) as reply:
        return reply.status, await reply.read()


@pytest.mark.parametrize(
    ("reply", "kind", "words"),
    [
        (Reply(["x", Cut()]), llm.NetworkError, "api.invalid:80 broke"),
        (Reply(before=[Cut()]), llm.NetworkError, "api.invalid:80 broke"),
        (Reply(["x", Stall()]), llm.LLMTimeoutError, "took more than 2 s to send the next piece"),
        (Reply(before=[Stall()]), llm.LLMTimeoutError, "took more than 1 s to begin its reply"),
        (Reply(before=["garbage"]), llm.BadReplyError, "does not answer in HTTP"),
        (llm.NetworkError("as given"), llm.NetworkError, "as given"),
    ],
)
def test_faults_are_those_of_a_real_transport(colour: Colour, reply: Any, kind: Any, words: str) -> None:
    transport = ScriptedTransport(reply)
    with pytest.raises(kind, match=words):
        colour.run(fetch(colour.io(transport), timeouts=Timeouts(first_byte=1, between_bytes=2)))
    assert (transport.open, len(transport.requests)) == (0, 1)


def test_the_head_is_that_of_the_reply(colour: Colour) -> None:
    io = colour.io(ScriptedTransport(Reply(["a", b"b"], status=418, headers={"X-Name": "Value"})))

    async def head() -> Any:
        async with io.send(HTTPRequest("http://api.invalid/")) as reply:
            return reply.status, dict(reply.headers), await reply.read()

    assert colour.run(head()) == (418, {"x-name": "Value"}, b"ab")


def test_when_no_reply_is_left_it_says_so_or_repeats(colour: Colour) -> None:
    io = colour.io(ScriptedTransport(Reply(["a"])))
    assert colour.run(fetch(io)) == (200, b"a")
    with pytest.raises(llm.RequestError, match="No reply is scripted for request 1"):
        colour.run(fetch(io))
    io = colour.io(ScriptedTransport(Reply(["a"]), Reply(["b"]), repeat=True))
    assert [colour.run(fetch(io))[1] for _ in range(4)] == [b"a", b"b", b"b", b"b"]
