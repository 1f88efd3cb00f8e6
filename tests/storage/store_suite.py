"""The behaviour of a store, whatever it keeps turns in: subclass `StoreSuite` and say how one is made."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace

import pytest

from llm._domain.message import Message, assistant, user
from llm._domain.message_id import chain_id
from llm._domain.option import OptionValues
from llm._domain.part import TextPart, ToolCallPart
from llm._domain.turn import Status, Turn
from llm._domain.usage import Usage
from llm._storage import Store
from llm._storage.query import ConversationQuery, TurnQuery
from llm.errors import HistoryError, LaterTurns, MissingTurn, RequestError, UnknownConversation, UnknownTurn

from .turns import asked, done, everything, kept, running


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
        assert kept(store) == []

    def test_a_begun_turn_is_kept_as_running(self, store: Store) -> None:
        turn = running()
        store.begin(turn)
        assert kept(store) == [turn]
        assert kept(store)[0].status == "running"

    def test_a_begun_turn_is_seen_by_another_store_at_once(self, open_store: Callable[[], Store]) -> None:
        turn = running()
        open_store().begin(turn)
        assert kept(open_store(), 1) == [turn]

    def test_a_finished_turn_has_its_final_values(self, store: Store) -> None:
        turn = running()
        store.begin(turn)
        store.finish(done(turn))
        assert kept(store) == [done(turn)]

    def test_finishing_again_keeps_the_later_values(self, store: Store) -> None:
        turn = running()
        store.begin(turn)
        store.finish(replace(turn, status="partial", parts=(TextPart("Per"),), error="cut off"))
        store.finish(done(turn))
        assert kept(store) == [done(turn)]

    def test_what_was_asked_stays_as_it_was_begun(self, store: Store) -> None:
        turn = running()
        store.begin(turn)
        store.finish(replace(done(turn), input=(user("something else"),), system="else", model="another"))
        assert kept(store) == [done(turn)]

    def test_finishing_a_turn_that_was_never_begun_is_an_error(self, store: Store) -> None:
        turn, _ = everything()
        with pytest.raises(MissingTurn):
            store.finish(turn)
        assert kept(store) == []

    def test_a_turn_is_added_whole_in_one_step_and_once(self, store: Store) -> None:
        turn, before = everything()
        assert store.add(turn, before)
        assert not store.add(replace(turn, error="another"), before)
        assert kept(store) == [turn]

    def test_a_turn_that_was_begun_and_not_finished_is_finished_by_adding_it(self, store: Store) -> None:
        turn = running()
        store.begin(turn)
        assert store.add(done(turn))
        assert kept(store) == [done(turn)]

    def test_turns_that_have_not_ended_are_known(self, store: Store) -> None:
        assert store.running() == []
        first, second = running(), running()
        store.begin(first)
        store.begin(second)
        store.finish(done(first))
        assert store.running() == [second.id]

    def test_a_turn_comes_back_with_every_field_as_it_was(self, store: Store) -> None:
        turn, before = everything()
        begun = asked(turn)
        store.begin(begun, before)
        assert kept(store) == [begun]
        store.finish(turn)
        assert kept(store) == [turn]
        leading = Message("system", (TextPart(turn.system),))
        assert store.messages(turn.id) == (leading, *before, *turn.input)

    @pytest.mark.parametrize("status", ["running", "done", "partial", "error", "cancelled"])
    def test_every_status_is_kept(self, store: Store, status: Status) -> None:
        turn = running()
        store.begin(turn)
        store.finish(replace(turn, status=status))
        assert [turn.status for turn in kept(store)] == [status]

    def test_empty_values_come_back_empty(self, store: Store) -> None:
        turn = Turn("0" * 26, "1" * 26, model="m", usage=Usage(0, 0), duration_ms=0, first_byte_ms=0, error="")
        store.begin(turn)
        store.finish(turn)
        assert kept(store) == [turn]
        assert kept(store)[0].duration_ms == 0

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
        turn = running(text, system=text, options={"stop": text}, fragments=(text,), template=text)
        store.begin(turn)
        answer = done(turn, text, error=text, finish_reason=text, raw={"text": text})
        store.finish(answer)
        assert kept(store) == [answer]

    def test_options_of_any_mapping_are_kept(self, store: Store) -> None:
        store.begin(running(options=OptionValues({"seed": 1}), tools=({"input_schema": OptionValues({"a": 1})},)))
        (turn,) = kept(store)
        assert (turn.options, turn.tools) == ({"seed": 1}, ({"input_schema": {"a": 1}},))

    def test_a_value_that_json_does_not_know_is_kept_as_its_repr(self, store: Store) -> None:
        store.add(done(running(), raw={"when": {1}}, parts=(ToolCallPart("f", {"x": b"1"}),)))
        (turn,) = kept(store)
        assert turn.raw == {"when": "{1}"}
        assert turn.parts == (ToolCallPart("f", {"x": "b'1'"}),)

    def test_a_turn_that_cannot_be_written_is_an_error_that_names_it(self, store: Store) -> None:
        loop: list[object] = []
        loop.append(loop)
        turn = done(running(), raw=loop)
        with pytest.raises(HistoryError, match=turn.id):
            store.add(turn)
        assert kept(store) == []

    def test_a_number_too_large_to_keep_is_left_out(self, store: Store) -> None:
        turn = running()
        store.begin(turn)
        store.finish(done(turn, usage=Usage(1 << 70, 1)))
        assert kept(store) == [done(turn, usage=Usage(None, 1))]

    def test_beginning_the_same_turn_twice_is_an_error_and_keeps_the_first(self, store: Store) -> None:
        turn = running()
        store.begin(turn)
        with pytest.raises(HistoryError):
            store.begin(replace(turn, input=(user("other"),)))
        assert kept(store) == [turn]
        store.finish(done(turn))
        assert kept(store) == [done(turn)]

    def test_last_gives_the_newest_turns_oldest_first(self, store: Store) -> None:
        turns = [running(str(number)) for number in range(5)]
        for turn in reversed(turns):
            store.begin(turn)
        assert kept(store, 3) == turns[2:]
        assert kept(store) == turns
        assert kept(store, 99) == turns
        assert kept(store, 0) == []

    def test_a_conversation_continues_from_its_last_whole_answer(self, store: Store) -> None:
        first = done(running("one"), "1")
        store.add(first)
        second = replace(running("two"), conversation=first.conversation, after=chain_id((*first.input, *first.answer)))
        store.begin(second, (*first.input, *first.answer))
        store.finish(replace(second, status="cancelled", parts=(TextPart("2 and"),)))
        record = store.find_conversation(first.conversation)
        assert record.head == second.after
        assert (record.turns, record.last) == (2, second.id)
        assert store.chain(str(record.head)) == (*first.input, *first.answer)
        assert store.messages(second.id) == (*first.input, *first.answer, *second.input)

    def test_the_system_prompt_stands_outside_the_chain_and_is_kept_by_the_conversation(self, store: Store) -> None:
        polite, rude = done(running("hi", system="Be polite")), done(running("hi", system="Be rude"))
        store.add(polite)
        store.add(rude)
        heads = [store.find_conversation(turn.conversation) for turn in (polite, rude)]
        assert heads[0].head == heads[1].head
        assert [head.system for head in heads] == ["Be polite", "Be rude"]

    def test_the_conversation_used_last_is_that_of_the_terminal_else_of_all(self, store: Store) -> None:
        assert store.last_used(None) is None
        turns = [running(str(number)) for number in range(3)]
        for turn, terminal in zip(turns, ("/dev/pts/1 7 100", "/dev/pts/2 8 200", None), strict=True):
            store.begin(turn, terminal=terminal)
        assert store.last_used("/dev/pts/1 7 100") == turns[0].conversation
        assert store.last_used("/dev/pts/2 8 200") == turns[1].conversation
        assert store.last_used("/dev/pts/1 9 300") == turns[2].conversation, "a new session at the same device"
        assert store.last_used(None) == turns[2].conversation

    def test_a_name_belongs_to_one_conversation(self, store: Store) -> None:
        first, second = done(running()), done(running())
        store.add(first)
        store.add(second)
        store.name(first.conversation, "birds")
        assert store.find_conversation("birds").id == first.conversation
        with pytest.raises((HistoryError, RequestError)):
            store.name(second.conversation, "birds")
        store.name(first.conversation, None)
        store.name(second.conversation, "birds")
        assert store.find_conversation("birds").id == second.conversation

    def test_tags_narrow_the_list_of_conversations(self, store: Store) -> None:
        first, second = done(running()), done(running())
        store.add(first)
        store.add(second)
        store.tag(first.conversation, ("work", "birds"))
        store.tag(first.conversation, (), ("work",))
        found = store.find_conversations(ConversationQuery(tags=("birds",)))
        assert [(record.id, record.tags) for record in found] == [(first.conversation, ("birds",))]
        assert len(store.find_conversations(ConversationQuery())) == 2

    def test_a_fork_follows_a_message_and_leaves_the_other_conversation_alone(self, store: Store) -> None:
        turn = done(running("one", system="Be brief"), "1")
        store.add(turn)
        head = store.find_conversation(turn.conversation).head
        assert head
        fork = store.fork(head, system="Be brief", name="other")
        record = store.find_conversation("other")
        assert (record.id, record.head, record.system) == (fork, head, "Be brief")
        assert store.find_conversation(turn.conversation).head == head

    def test_an_unknown_turn_and_an_unknown_conversation_are_errors(self, store: Store) -> None:
        for find in (store.find_turn, store.messages):
            with pytest.raises(UnknownTurn):
                find("01zz")
        with pytest.raises(UnknownConversation):
            store.find_conversation("nobody")

    def test_a_turn_is_found_by_the_start_of_its_id(self, store: Store) -> None:
        turn, other = done(running()), done(running())
        store.add(turn)
        store.add(other)
        assert store.find_turn(turn.id).id == turn.id
        with pytest.raises(UnknownTurn, match="Several"):
            store.find_turn(turn.id[:3])

    def test_a_search_finds_words_of_prompt_and_answer_and_shows_where(self, store: Store) -> None:
        store.add(done(running("Where do pelicans sleep?"), "On the water"))
        store.add(done(running("And walruses?"), "On ice"))
        found = list(store.find(TurnQuery(search="pelicans")))
        assert [(match.turn.text, match.snippet) for match in found] == [
            ("On the water", "Where do **pelicans** sleep?")
        ]
        assert [match.turn.text for match in store.find(TurnQuery(search="ice"))] == ["On ice"]
        assert list(store.find(TurnQuery(search="iguana"))) == []

    def test_queries_narrow_by_each_field(self, store: Store) -> None:
        turn, before = everything()
        store.add(turn, before)
        plain = done(running(model="other"), started=1900000000.0)
        store.add(plain)
        for query in (
            TurnQuery(model="test/one"), TurnQuery(model="one-2027-01-01"), TurnQuery(statuses=("partial",)),
            TurnQuery(template="brief"), TurnQuery(conversation=turn.conversation), TurnQuery(any_tool=True),
            TurnQuery(tools=("add",)), TurnQuery(ids=(turn.id,)),
        ):  # fmt: skip
            assert [found.turn.id for found in store.find(query)] == [turn.id], query
        assert list(store.find(TurnQuery(model="nobody"))) == []

    def test_removing_takes_what_nothing_else_refers_to_and_nothing_more(self, store: Store) -> None:
        first = done(running("one"), "1")
        second = replace(
            done(running("two"), "2"), conversation=first.conversation, after=chain_id((*first.input, *first.answer))
        )
        store.add(first)
        store.add(second)
        with pytest.raises(LaterTurns) as refused:
            store.remove([first.id])
        assert refused.value.turns == (second.id,)
        assert store.remove([second.id]).turns == (second.id,)
        assert kept(store) == [first]
        assert list(store.verify()) == []
        assert set(store.remove([first.id]).turns) == {first.id}
        assert kept(store) == []
        assert list(store.find(TurnQuery(search="one"))) == []

    def test_removing_with_later_turns_takes_them_too(self, store: Store) -> None:
        first = done(running("one"), "1")
        second = replace(
            done(running("two"), "2"), conversation=first.conversation, after=chain_id((*first.input, *first.answer))
        )
        store.add(first)
        store.add(second)
        assert set(store.remove([first.id], with_later=True, dry_run=True).turns) == {first.id, second.id}
        assert kept(store) == [first, second]
        store.remove([first.id], with_later=True)
        assert kept(store) == []

    def test_a_redaction_rewrites_a_text_wherever_it_is_and_the_messages_after_it(self, store: Store) -> None:
        first = done(running("my name is Ada", system="Ada asks"), "Hello Ada")
        second = replace(
            done(running("again"), "Ada"),
            conversation=first.conversation,
            after=chain_id((*first.input, *first.answer)),
        )
        store.add(first)
        store.add(second)
        assert store.redact(lambda text: text.replace("Ada", "***")).turns == 2
        assert "Ada" not in repr([*kept(store), *store.messages(second.id)])
        assert [turn.prompt for turn in kept(store)] == ["my name is ***", "again"]
        assert list(store.verify()) == []
        assert store.messages(second.id) == (user("my name is ***"), assistant("Hello ***"), user("again"))

    def test_a_number_is_redacted_as_the_text_that_it_is_written_as(self, store: Store) -> None:
        call = ToolCallPart("pay", {"card": 424242, "sure": True})
        store.add(done(running(options={"seed": 424242, "n": 3}), parts=(call,), raw={"x": [1.5, 424242]}))
        assert store.redact(lambda text: text.replace("424242", "***")).turns == 1
        (turn,) = kept(store)
        assert (turn.options, turn.raw) == ({"seed": "***", "n": 3}, {"x": [1.5, "***"]})
        assert turn.parts == (ToolCallPart("pay", {"card": "***", "sure": True}),)

    def test_use_is_added_up(self, store: Store) -> None:
        for _ in range(2):
            store.add(done(running(), usage=Usage(10, 5), price_key="x/y"))
        rows = store.usage()
        assert [(row.model, row.price_key, row.turns, row.input, row.output) for row in rows] == [
            ("test/one", "x/y", 2, 20, 10)
        ]

    def test_a_closed_store_may_be_closed_again_and_opens_when_it_is_used(self, store: Store) -> None:
        turn = running()
        store.begin(turn)
        store.close()
        store.close()
        assert kept(store) == [turn]

    def test_closing_a_store_that_was_never_used_does_nothing(self, open_store: Callable[[], Store]) -> None:
        open_store().close()
        assert kept(open_store()) == []

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
    return [turn.status for turn in kept(store)]


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
