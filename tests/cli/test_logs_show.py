"""`llm logs show`: turns, whole."""

from __future__ import annotations

from llm import Message, Usage, user
from llm._domain.message_id import chain_id

from .command import llm
from .kept import keep, said


def test_turns_are_shown_whole_by_the_starts_of_their_ids() -> None:
    first = keep("A page\nWhat?", fragments=("A page",), usage=Usage(3, 4))[0]
    second = keep("2")[0]
    shown = llm("logs", "show", first.id[:26], second.id)
    assert shown.code == 0
    assert f"conversation: {first.conversation} id: {first.id}\n" in shown.out
    assert "</summary>\nA page\n</details>\n" in shown.out
    assert "## Token usage\n\n3 input, 4 output\n" in shown.out
    assert f"id: {second.id}\n" in shown.out


def test_an_id_that_is_unknown_or_not_enough_is_an_error() -> None:
    keep("1", "2")
    unknown = llm("logs", "show", "zzz")
    assert (unknown.code, unknown.out) == (2, "")
    assert "has no turn zzz" in unknown.err
    several = llm("logs", "show", "0")
    assert (several.code, several.out) == (2, "")
    assert "Several turns have ids that begin with 0" in several.err
    assert llm("logs", "show").code == 2


def test_the_messages_are_exactly_what_was_sent() -> None:
    before = (said("user", "1"), said("assistant", "Percy"))
    keep("1", conversation="01aaa", system="Be brief")
    turn = keep("2", conversation="01aaa", system="Be brief", after=chain_id(before))[0]
    sent = [Message.from_dict(value) for value in llm("logs", "show", turn.id, "--messages").json]
    assert sent == [said("system", "Be brief"), *before, user("2")]


def test_the_payload_is_what_the_provider_sent() -> None:
    turn = keep("1", raw={"id": "chatcmpl-1", "choices": []})[0]
    assert llm("logs", "show", "--raw", turn.id).json == {"id": "chatcmpl-1", "choices": []}
    other = keep("2")[0]
    done = llm("logs", "show", "--raw", other.id)
    assert (done.out, done.err) == ("null\n", f"The provider's payload of {other.id} is not known\n")


def test_json_is_an_array_of_turns_in_the_order_of_the_ids_given() -> None:
    turns = keep("1", "2")
    printed = llm("logs", "show", turns[1].id, turns[0].id, "--json").json
    assert [turn["prompt"] for turn in printed] == ["2", "1"]
    assert llm("logs", "show", turns[0].id, "--json", "--raw").code == 2
