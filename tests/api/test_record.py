"""What Python code asks is kept when it says so, by the way that the command line keeps it."""

from __future__ import annotations

import asyncio
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import llm
from llm._api import recording
from llm.testing import AsyncScriptedModel, ScriptedModel

from .colour import Blocking, Colour, take


def scripted(colour: Colour, *answers: Any) -> Any:
    """A scripted model of the colour of the test, which never runs out of answers."""
    return (ScriptedModel if isinstance(colour, Blocking) else AsyncScriptedModel)(*answers or ("ok",), repeat=True)


def turns() -> list[llm.Turn]:
    """What is in the history."""
    with llm.history() as history:
        return list(history.turns())


def prompts() -> list[str]:
    return [turn.prompt for turn in turns()]


@pytest.fixture(autouse=True)
def switched_off() -> Any:
    """No test leaves the switch on for the next."""
    yield
    llm.record(False)


def test_nothing_is_kept_unless_asked(colour: Colour, tmp_path: Path) -> None:
    colour.run(scripted(colour).prompt("x").text())
    assert not (tmp_path / "user" / "history.db").exists()
    assert prompts() == []


def test_the_switch_keeps_what_is_asked_until_it_is_thrown_back(colour: Colour) -> None:
    model = scripted(colour, "Percy")
    llm.record()
    colour.run(model.prompt("one", system="brief", temperature=1).text())
    llm.record(False)
    colour.run(model.prompt("two").text())
    (turn,) = turns()
    assert (turn.prompt, turn.system, turn.text, turn.status) == ("one", "brief", "Percy", "done")
    assert turn.options == {"temperature": 1}


def test_a_block_keeps_what_is_asked_inside_alone(colour: Colour) -> None:
    model = scripted(colour)
    colour.run(model.prompt("before").text())
    with llm.record():
        colour.run(model.prompt("inside").text())
        with llm.record(False):
            colour.run(model.prompt("in private").text())
        colour.run(model.prompt("inside again").text())
    colour.run(model.prompt("after").text())
    assert prompts() == ["inside", "inside again"]


def test_a_block_leaves_the_switch_as_it_was(colour: Colour) -> None:
    model = scripted(colour)
    llm.record()
    with suppress(ZeroDivisionError), llm.record(False):
        colour.run(model.prompt("in private").text())
        raise ZeroDivisionError
    colour.run(model.prompt("on again").text())
    assert prompts() == ["on again"]


def test_what_counts_is_where_a_response_is_made(colour: Colour) -> None:
    model = scripted(colour)
    early = model.prompt("made before")
    with llm.record():
        late = model.prompt("made inside")
        colour.run(early.text())
    colour.run(late.text())
    assert prompts() == ["made inside"]


def test_threads_answer_what_was_asked_inside_a_block() -> None:
    model = ScriptedModel("ok", repeat=True)
    with llm.record():
        responses = [model.prompt(f"p{number}") for number in range(8)]
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda response: response.text(), responses)) == {"ok"}
    assert sorted(prompts()) == [f"p{number}" for number in range(8)]


def test_a_block_in_one_thread_does_not_keep_what_others_ask() -> None:
    model = ScriptedModel("ok", repeat=True)
    inside, asked = threading.Event(), threading.Event()

    def other() -> None:
        inside.wait(5)
        model.prompt("other").text()
        asked.set()

    thread = threading.Thread(target=other)
    thread.start()
    with llm.record():
        inside.set()
        assert asked.wait(5)
        model.prompt("own").text()
    thread.join()
    assert prompts() == ["own"]


def test_blocks_of_many_threads_at_once_leave_the_switch_off() -> None:
    """Each throws the switch for an instant before it is known to be a block."""

    def often() -> None:
        for _ in range(300):
            with llm.record():
                assert recording.is_on()

    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(often) for _ in range(8)]:
            done.result()
    assert not recording.is_on()


def test_the_switch_may_be_thrown_any_number_of_times() -> None:
    for _ in range(1000):
        llm.record()
    assert recording.is_on()
    assert len(recording._thrown) < 5


def test_a_block_in_one_task_does_not_keep_what_others_ask() -> None:
    model = AsyncScriptedModel("ok", repeat=True)

    async def inside(entered: asyncio.Event, left: asyncio.Event) -> None:
        with llm.record():
            entered.set()
            await left.wait()
            await model.prompt("own")

    async def main() -> None:
        entered, left = asyncio.Event(), asyncio.Event()
        task = asyncio.create_task(inside(entered, left))
        await entered.wait()
        await model.prompt("other")
        left.set()
        await task

    asyncio.run(main())
    assert prompts() == ["own"]


def test_a_failure_is_kept_with_what_had_arrived(colour: Colour) -> None:
    model = scripted(colour, ["Per", llm.NetworkError("gone")])
    with llm.record(), suppress(llm.NetworkError):
        colour.run(model.prompt("x").text())
    (turn,) = turns()
    assert (turn.status, turn.text, turn.error) == ("error", "Per", "NetworkError: gone")


def test_a_history_that_cannot_be_written_is_told_once_and_costs_no_answer(
    colour: Colour, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "user").mkdir()
    (tmp_path / "user" / "history.db").write_bytes(b"not a database" * 100)
    model = scripted(colour)
    with caplog.at_level(logging.WARNING, "llm"), llm.record():
        assert [colour.run(model.prompt("x").text()) for _ in range(3)] == ["ok"] * 3
    (told,) = caplog.messages
    assert "the file is not a database" in told


class TestLog:
    """`response.log()` keeps one response."""

    def test_a_response_is_kept_after_it_was_read(self, colour: Colour) -> None:
        model = scripted(colour, ["Per", "cy", llm.UsageEvent(llm.Usage(3, 2)), llm.Finish("stop")])
        response = model.prompt("A name?", system="brief", fragments=["A page"], temperature=1)
        colour.run(response.text())
        colour.run(response.log())
        (turn,) = turns()
        assert (turn.prompt, turn.system, turn.text) == ("A page\nA name?", "brief", "Percy")
        assert (turn.status, turn.usage.input, turn.finish_reason, turn.fragments) == ("done", 3, "stop", ("A page",))
        assert turn.options == {"temperature": 1}

    def test_what_is_kept_is_what_would_have_been_kept(self, colour: Colour) -> None:
        """All but the ids and the times is the same as with `record`."""
        answer = [llm.ReasoningDelta("hm"), "Per", llm.ToolCallDelta(0, "add", "{}", "c"), llm.Finish("tool_calls")]
        model = scripted(colour, answer)
        with llm.record():
            colour.run(model.prompt("x", tools=[llm.Tool("add")]).text())
        colour.run(model.prompt("x", tools=[llm.Tool("add")]).log())
        response = model.prompt("x", tools=[llm.Tool("add")])
        colour.run(response.text())
        colour.run(response.log())
        first, *others = [(t.input, t.parts, t.tools, t.status, t.finish_reason, t.usage, t.raw) for t in turns()]
        assert len(others) == 2
        assert others == [first, first]

    def test_it_is_kept_once(self, colour: Colour) -> None:
        response = scripted(colour).prompt("x")
        for _ in range(3):
            colour.run(response.log())
        assert prompts() == ["x"]

    def test_what_is_recorded_anyway_is_kept_once(self, colour: Colour) -> None:
        with llm.record():
            response = scripted(colour).prompt("x")
        colour.run(response.text())
        colour.run(response.log())
        assert prompts() == ["x"]

    def test_one_that_was_not_asked_is_asked_once(self, colour: Colour) -> None:
        model = scripted(colour)
        response = model.prompt("x")
        colour.run(response.log())
        assert colour.run(response.text()) == "ok"
        assert len(model.prompts) == 1
        assert prompts() == ["x"]

    def test_a_running_one_is_read_to_its_end(self, colour: Colour) -> None:
        response = scripted(colour, ["Per", "cy"]).prompt("x")
        pieces = colour.iterate(response)
        assert next(pieces) == "Per"
        colour.run(response.log())
        assert list(pieces) == ["cy"]
        (turn,) = turns()
        assert (turn.text, turn.status) == ("Percy", "done")

    def test_a_failed_one_is_kept_with_its_error(self, colour: Colour) -> None:
        response = scripted(colour, ["Per", llm.NetworkError("gone")]).prompt("x")
        with suppress(llm.NetworkError):
            colour.run(response.text())
        colour.run(response.log())
        (turn,) = turns()
        assert (turn.status, turn.text, turn.error) == ("error", "Per", "NetworkError: gone")

    def test_one_that_was_left_is_kept_as_partial(self, colour: Colour) -> None:
        response = scripted(colour, ["Per", "cy"]).prompt("x")
        assert take(colour, response, 1) == ["Per"]
        colour.run(response.log())
        (turn,) = turns()
        assert (turn.status, turn.text, turn.error) == ("partial", "Per", None)

    def test_one_that_was_cancelled_before_it_began_is_kept_as_cancelled(self, colour: Colour) -> None:
        response = scripted(colour).prompt("x")
        colour.run(response.cancel())
        colour.run(response.log())
        (turn,) = turns()
        assert (turn.status, turn.parts) == ("cancelled", ())

    def test_its_time_is_when_it_was_asked(self, colour: Colour) -> None:
        """However late it is kept, a turn stands in the order in which it was asked."""
        model = scripted(colour)
        first, second = model.prompt("first"), model.prompt("second")
        colour.run(first.text())
        colour.run(second.text())
        colour.run(second.log())
        colour.run(first.log())
        assert prompts() == ["first", "second"]
        assert turns()[0].started <= turns()[1].started
        assert all(turn.duration_ms is not None and turn.first_byte_ms is not None for turn in turns())
        assert all(0 <= turn.first_byte_ms <= turn.duration_ms < 5000 for turn in turns())  # type: ignore[operator]

    def test_turns_of_a_conversation_are_kept_in_one(self, colour: Colour) -> None:
        conversation = scripted(colour, "a").conversation()
        for word in ("one", "two"):
            colour.run(conversation.prompt(word).log())
        assert {turn.conversation for turn in turns()} == {conversation.id}
        with llm.history() as history:
            sent = history.messages(turns()[1].id)
        assert [message.text for message in sent] == ["one", "a", "two"]

    def test_a_key_shows_nowhere(self, colour: Colour, tmp_path: Path) -> None:
        model = scripted(
            colour,
            ["your key is sk-secret-key-of-forty-letters", llm.ModelError("sk-secret-key-of-forty-letters is no good")],
        )
        model.needs_key = "x"
        response = model.prompt("x", key="sk-secret-key-of-forty-letters")
        with suppress(llm.ModelError):
            colour.run(response.text())
        colour.run(response.log())
        (turn,) = turns()
        assert "sk-secret-key-of-forty-letters" not in f"{turn}{turn.error}{turn.parts}"
        assert b"sk-secret-key-of-forty-letters" not in b"".join(
            f.read_bytes() for f in (tmp_path / "user").rglob("*") if f.is_file()
        )

    def test_a_history_that_cannot_be_written_is_an_error(self, colour: Colour, tmp_path: Path) -> None:
        (tmp_path / "user").mkdir()
        (tmp_path / "user" / "history.db").write_bytes(b"not a database" * 100)
        response = scripted(colour).prompt("x")
        colour.run(response.text())
        with pytest.raises(llm.HistoryError, match="the file is not a database"):
            colour.run(response.log())
        (tmp_path / "user" / "history.db").unlink()
        colour.run(response.log())  # it waits in the spool, and is not kept twice
        assert prompts() == ["x"]
