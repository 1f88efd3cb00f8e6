"""What goes wrong says so in the same way, whichever provider it goes wrong at."""

from __future__ import annotations

import pytest

import llm
from api.colour import Colour, take
from api.fixtures import Serve
from llm.testing import Cut, Pause, Stall, json_reply

from .answer import says
from .conftest import KEY, ModelOf
from .servers import SERVERS, failed, framed, reply, streamed

STATUSES = {400: llm.ProviderError, 401: llm.AuthenticationError, 404: llm.ProviderError, 413: llm.ProviderError}


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("wire", SERVERS)
def test_error_bodies(colour: Colour, serve: Serve, model_of: ModelOf, wire: str, stream: bool, status: int) -> None:
    """The provider's words are in the error, its key is not, and nothing is tried again."""
    server = serve(failed(SERVERS[wire], status, f"No: {KEY} is wrong"), repeat=True)
    response = model_of(wire, server).prompt("Hi", stream=stream)
    with pytest.raises(STATUSES[status]) as caught:
        colour.run(response.text())
    error = caught.value
    assert error.status == status
    assert "is wrong" in str(error)
    assert KEY not in repr((str(error), error.hint, vars(error), colour.run(response.debug())))
    assert len(server.exchanges) == 1


@pytest.mark.parametrize("status", [429, 500, 503, 529])
@pytest.mark.parametrize("wire", SERVERS)
def test_what_may_pass_is_tried_again(
    colour: Colour, serve: Serve, model_of: ModelOf, wire: str, stream: bool, status: int
) -> None:
    spoken = SERVERS[wire]
    server = serve(failed(spoken, status, "Busy", Retry_After="0"), reply(spoken, says("At last"), stream=stream))
    response = model_of(wire, server).prompt("Hi", stream=stream)
    assert colour.run(response.text()) == "At last"
    (attempt,) = colour.run(response.debug())["attempts"]
    assert (attempt["status"], "Busy" in attempt["error"]) == (status, True)


@pytest.mark.parametrize("wire", SERVERS)
def test_limits_that_stay_are_an_error_of_their_own(
    colour: Colour, serve: Serve, model_of: ModelOf, wire: str, stream: bool
) -> None:
    server = serve(failed(SERVERS[wire], 429, "Too many", Retry_After="0"), repeat=True)
    with pytest.raises(llm.RateLimitError) as caught:
        colour.run(model_of(wire, server).prompt("Hi", stream=stream).text())
    assert (caught.value.status, caught.value.retry_after) == (429, 0.0)
    assert len(server.exchanges) == 3


@pytest.mark.parametrize("wire", SERVERS)
def test_an_error_in_the_middle_of_a_stream(colour: Colour, serve: Serve, model_of: ModelOf, wire: str) -> None:
    """The text before it is read, then the error is raised; nothing is asked again, for it would be said twice."""
    spoken = SERVERS[wire]
    begun = _beginning(spoken)
    failure = framed(spoken, spoken.failure_in_stream(f"It broke at {KEY}"))
    server = serve(streamed(spoken, [*begun, failure]), repeat=True)
    response = model_of(wire, server).prompt("Hi")
    taken: list[str] = []
    with pytest.raises(llm.ProviderError, match="It broke") as caught:
        taken.extend(colour.iterate(response))
    assert "".join(taken) == "Hello"
    assert KEY not in repr((str(caught.value), vars(caught.value), colour.run(response.debug())))
    assert len(server.exchanges) == 1


@pytest.mark.parametrize("reset", [False, True], ids=["FIN", "RST"])
@pytest.mark.parametrize("wire", SERVERS)
def test_a_cut_connection_in_a_stream(colour: Colour, serve: Serve, model_of: ModelOf, wire: str, reset: bool) -> None:
    """Half an answer never passes for a whole one, and what came of it is read first."""
    server = serve(streamed(SERVERS[wire], [*_beginning(SERVERS[wire]), Pause(0.05), Cut(reset)]), repeat=True)
    response = model_of(wire, server).prompt("Hi")
    taken: list[str] = []
    with pytest.raises(llm.NetworkError):
        taken.extend(colour.iterate(response))
    assert "".join(taken) == "Hello"
    assert colour.run(response.debug())["status"] == "error"
    assert len(server.exchanges) == 1


@pytest.mark.parametrize("wire", SERVERS)
def test_a_stream_that_ends_before_the_answer_does(colour: Colour, serve: Serve, model_of: ModelOf, wire: str) -> None:
    """Also where HTTP says that all is well."""
    server = serve(streamed(SERVERS[wire], _beginning(SERVERS[wire])), repeat=True)
    response = model_of(wire, server).prompt("Hi")
    with pytest.raises(llm.ModelError):
        colour.run(response.text())


@pytest.mark.parametrize("wire", SERVERS)
def test_a_cut_connection_in_a_whole_reply(colour: Colour, serve: Serve, model_of: ModelOf, wire: str) -> None:
    spoken = SERVERS[wire]
    import dataclasses
    import json

    body = json.dumps(spoken.whole(says("Hello")))
    half = dataclasses.replace(json_reply({}), body=[body[: len(body) // 2], Cut(), body[len(body) // 2 :]])
    server = serve(half, half, reply(spoken, says("Hello"), stream=False))
    response = model_of(wire, server).prompt("Hi", stream=False)
    assert colour.run(response.text()) == "Hello"
    assert [attempt["status"] for attempt in colour.run(response.debug())["attempts"]] == [None, None]


@pytest.mark.parametrize("wire", SERVERS)
def test_early_close(colour: Colour, serve: Serve, model_of: ModelOf, wire: str) -> None:
    """A reader that leaves ends the exchange at once, and the answer is partial."""
    server = serve(streamed(SERVERS[wire], [*_beginning(SERVERS[wire]), Stall(20)]))
    response = model_of(wire, server).prompt("Hi")
    assert take(colour, response, 1) == ["Hello"]
    assert colour.run(response.debug())["status"] == "partial"
    with pytest.raises(llm.Incomplete) as caught:
        colour.run(response.text())
    assert caught.value.text == "Hello"


NO_ANSWERS = ["", "<html><title>Sign in</title></html>", "{", "[]", "null", '{"a": 1}']
# Gemini sends answers that are empty, and a stream of it is a list where it is read as one.
_EMPTY_ANSWERS = {("gemini", "[]"), ("gemini", '{"a": 1}')}


@pytest.mark.parametrize(
    ("wire", "body"), [(wire, body) for wire in SERVERS for body in NO_ANSWERS if (wire, body) not in _EMPTY_ANSWERS]
)
def test_what_is_no_answer_is_said_to_be_none(
    colour: Colour, serve: Serve, model_of: ModelOf, wire: str, stream: bool, body: str
) -> None:
    import dataclasses

    kind = "text/html" if body.startswith("<") else "application/json"
    server = serve(dataclasses.replace(json_reply({}, headers={"Content-Type": kind}), body=[body]), repeat=True)
    response = model_of(wire, server).prompt("Hi", stream=stream)
    with pytest.raises(llm.ModelError):
        colour.run(response.text())


def _beginning(spoken: object) -> list[bytes]:
    """The stream of an answer up to its first piece of text, which is Hello."""
    events = [framed(spoken, event) for event in spoken.events(says("Hello", " there"))]  # type: ignore[attr-defined]
    return events[: next(n for n, event in enumerate(events) if b'"Hello"' in event) + 1]
