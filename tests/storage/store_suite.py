"""The behaviour of a store, whatever it keeps turns in: subclass `StoreSuite` and say how one is made."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace

import pytest

from llm._domain.option import OptionValues
from llm._domain.part import TextPart, ToolCallPart
from llm._domain.turn import Status, Turn
from llm._domain.usage import Usage
from llm._storage import Store
from llm.errors import HistoryError

from .turns import done, everything, running


class StoreSuite:
    """Every store passes these. Stores that `factory` makes within one test keep their turns in the same place."""

    @pytest.fixture
    def factory(self) -> Callable[[], Store]:
        raise NotImplementedError

    @pytest.fixture
    def open_store(self, factory: Callable[[], Store]) -> Iterator[Callable[[], Store]]:
        with ExitStack() as stack:
            yield lambda: stack.enter_context(closing(factory()))

    @pytest.fixture
    def store(self, open_store: Callable[[], Store]) -> Store:
        return open_store()

    def test_a_history_that_does_not_exist_yet_is_empty(self, store: Store) -> None:
        assert store.last(None) == []

    def test_a_begun_turn_is_kept_as_running(self, store: Store) -> None:
        turn = running()
        store.begin(turn)
        assert store.last(None) == [turn]
        assert store.last(None)[0].status == "running"

    def test_a_begun_turn_is_seen_by_another_store_at_once(self, open_store: Callable[[], Store]) -> None:
        turn = running()
        open_store().begin(turn)
        assert open_store().last(1) == [turn]

    def test_a_finished_turn_has_its_final_values(self, store: Store) -> None:
        turn = running()
        store.begin(turn)
        store.finish(done(turn))
        assert store.last(None) == [done(turn)]

    def test_finishing_again_keeps_the_later_values(self, store: Store) -> None:
        turn = running()
        store.begin(turn)
        store.finish(replace(turn, status="partial", parts=(TextPart("Per"),), error="cut off"))
        store.finish(done(turn))
        assert store.last(None) == [done(turn)]

    def test_what_was_asked_stays_as_it_was_begun(self, store: Store) -> None:
        turn = running()
        store.begin(turn)
        store.finish(replace(done(turn), prompt="something else", messages=()))
        assert store.last(None) == [done(turn)]

    def test_finishing_a_turn_that_was_never_begun_keeps_it_whole(self, store: Store) -> None:
        turn = everything()
        store.finish(turn)
        assert store.last(None) == [turn]

    def test_a_turn_comes_back_with_every_field_as_it_was(self, store: Store) -> None:
        turn = everything()
        begun = replace(turn, status="running", parts=(), usage=Usage(), error=None, raw=None)
        store.begin(begun)
        assert store.last(None) == [begun]
        store.finish(turn)
        assert store.last(None) == [turn]

    @pytest.mark.parametrize("status", ["running", "done", "partial", "error", "cancelled"])
    def test_every_status_is_kept(self, store: Store, status: Status) -> None:
        turn = running()
        store.begin(turn)
        store.finish(replace(turn, status=status))
        assert [kept.status for kept in store.last(None)] == [status]

    def test_empty_values_come_back_empty(self, store: Store) -> None:
        turn = Turn("0" * 26, "1" * 26, model="m", usage=Usage(0, 0), duration_ms=0, first_byte_ms=0, error="")
        store.begin(turn)
        assert store.last(None) == [turn]
        assert store.last(None)[0].duration_ms == 0

    @pytest.mark.parametrize(
        "text",
        [
            "ümläut 🐦 漢字",
            "nul\0inside",
            'quote " and \\ back',
            "\r\n\t",
            "half \udcff of a character",
            "💩" * 100_000,
        ],
        ids=["unicode", "nul", "quotes", "white", "surrogate", "long"],
    )
    def test_any_text_comes_back_as_it_was(self, store: Store, text: str) -> None:
        turn = replace(running(text, system=text), options={"stop": text})
        store.begin(turn)
        answer = done(turn, text, error=text, finish_reason=text, raw={"text": text})
        store.finish(answer)
        assert store.last(None) == [answer]

    def test_options_of_any_mapping_are_kept(self, store: Store) -> None:
        store.begin(running(options=OptionValues({"seed": 1}), tools=({"input_schema": OptionValues({"a": 1})},)))
        kept = store.last(1)[0]
        assert (kept.options, kept.tools) == ({"seed": 1}, ({"input_schema": {"a": 1}},))

    def test_a_value_that_json_does_not_know_is_kept_as_its_repr(self, store: Store) -> None:
        store.finish(done(running(), raw={"when": {1}}, parts=(ToolCallPart("f", {"x": b"1"}),)))
        kept = store.last(1)[0]
        assert kept.raw == {"when": "{1}"}
        assert kept.parts == (ToolCallPart("f", {"x": "b'1'"}),)

    def test_a_turn_that_cannot_be_written_is_an_error_that_names_it(self, store: Store) -> None:
        loop: list[object] = []
        loop.append(loop)
        turn = done(running(), raw=loop)
        with pytest.raises(HistoryError, match=turn.id):
            store.finish(turn)
        assert store.last(None) == []

    def test_a_number_too_large_to_keep_is_an_error_and_leaves_the_begun_turn(self, store: Store) -> None:
        turn = running()
        store.begin(turn)
        with pytest.raises(HistoryError):
            store.finish(done(turn, usage=Usage(1 << 70)))
        assert store.last(None) == [turn]

    def test_beginning_the_same_turn_twice_is_an_error_and_keeps_the_first(self, store: Store) -> None:
        turn = running()
        store.begin(turn)
        with pytest.raises(HistoryError):
            store.begin(replace(turn, prompt="other"))
        assert store.last(None) == [turn]
        store.finish(done(turn))
        assert store.last(None) == [done(turn)]

    def test_last_gives_the_newest_turns_oldest_first(self, store: Store) -> None:
        turns = [running(str(number)) for number in range(5)]
        for turn in reversed(turns):
            store.begin(turn)
        assert store.last(3) == turns[2:]
        assert store.last(None) == turns
        assert store.last(99) == turns
        assert store.last(0) == []

    def test_a_closed_store_may_be_closed_again_and_opens_when_it_is_used(self, store: Store) -> None:
        turn = running()
        store.begin(turn)
        store.close()
        store.close()
        assert store.last(None) == [turn]

    def test_closing_a_store_that_was_never_used_does_nothing(self, open_store: Callable[[], Store]) -> None:
        open_store().close()
        assert open_store().last(None) == []

    def test_one_store_may_be_used_from_many_threads(self, store: Store) -> None:
        _in_threads(16, lambda: _ask(store, 10))
        assert _statuses(store) == ["done"] * 160

    def test_many_stores_may_be_used_at_once(self, open_store: Callable[[], Store]) -> None:
        _in_threads(8, lambda: _ask(open_store(), 10))
        assert _statuses(open_store()) == ["done"] * 80


def _ask(store: Store, count: int) -> None:
    for number in range(count):
        turn = running(str(number))
        store.begin(turn)
        store.finish(done(turn))


def _statuses(store: Store) -> list[str]:
    return [turn.status for turn in store.last(None)]


def _in_threads(count: int, work: Callable[[], None]) -> None:
    """Run *work* in many threads that start together; the first error of any is raised."""
    errors: list[BaseException] = []
    gate = threading.Barrier(count)

    def run() -> None:
        try:
            gate.wait()
            work()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
