"""A `logs.db` of the `llm` package before 1.0 is read whole, whatever its version, and never written."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from llm._domain.attachment import Attachment
from llm._domain.message import Message, assistant, system, tool_message, user
from llm._domain.message_id import chain_id
from llm._domain.part import AttachmentPart, ReasoningPart, TextPart, ToolCallPart, ToolResultPart
from llm._domain.turn import Turn
from llm._domain.usage import Usage
from llm._storage.llm_database import LLMDatabase, is_llm_database
from llm._storage.migrations import APPLICATION_ID
from llm.errors import HistoryError

from .llm_fixtures import (
    CHAT,
    FIRST,
    LONE,
    OTHER,
    PNG,
    RESPONSES,
    SCHEMA,
    SECOND,
    STEPS,
    THIRD,
    database,
    insert,
    newer,
    older,
    respond,
    say,
)


def read(path: Path) -> tuple[dict[str, Turn], dict[str, tuple[Message, ...]], list[str]]:
    opened = LLMDatabase(path)
    turns = {turn.id: (turn, before) for turn, before in opened.turns()}
    opened.close()
    return {id: it[0] for id, it in turns.items()}, {id: it[1] for id, it in turns.items()}, opened.problems


@pytest.mark.parametrize("steps", range(1, len(STEPS) + 1))
def test_every_version_of_the_tables_is_read(tmp_path: Path, steps: int) -> None:
    path = database(tmp_path / "logs.db", steps)
    if steps < RESPONSES:
        when = ("timestamp", "timestamp", "timestamp_utc", "datetime_utc")[steps - 1]
        insert(path, "logs" if steps == 4 else "log", prompt="Hi", response="Hello", model="m", **{when: "2023-05-01"})
    else:
        respond(path, FIRST, "Hi", "Hello")
    turns, _, problems = read(path)
    assert is_llm_database(path)
    assert [(turn.prompt, turn.text, turn.status) for turn in turns.values()] == [("Hi", "Hello", "done")]
    assert problems == []


def test_a_response_is_read_with_everything_it_has(tmp_path: Path) -> None:
    turns, before, problems = read(older(tmp_path / "logs.db"))
    turn = turns[FIRST]
    files = (
        AttachmentPart(Attachment(None, url="https://example.com/a.png")),
        AttachmentPart(Attachment("image/png", content=PNG)),
        AttachmentPart(Attachment("image/png", "/nowhere/gone.png")),
    )
    assert problems == []
    assert before[FIRST] == ()
    assert turn == Turn(
        FIRST,
        CHAT,
        model="gpt-4",
        resolved_model="gpt-4-0613",
        input=(Message("user", (TextPart("A page\nWhat is on the page that I sent?"), *files)),),
        system="Be kind\n\nBe brief",
        fragments=("A page",),
        system_fragments=("Be kind ",),
        options={"temperature": 0.5},
        schema=SCHEMA,
        status="done",
        parts=(ReasoningPart("Hm"), TextPart("Ink")),
        usage=Usage(5, 6, {"cached": 1}),
        started=1692302401.5,
        duration_ms=12,
        raw={
            "prompt_json": {"messages": [{"role": "user", "content": "A page\nWhat?"}]},
            "response_json": {"id": "r", "content": "Ink", "odd": {"$": "f:99"}},
        },
    )
    assert files[2].attachment.path is not None
    assert turn.input[0].parts[3].attachment.id() == "0" * 64  # type: ignore[union-attr]


def test_a_conversation_is_rebuilt_with_its_tools_and_its_system_prompt(tmp_path: Path) -> None:
    turns, before, _ = read(older(tmp_path / "logs.db"))
    call = ToolCallPart("Box_add", {"a": 1}, "t1")
    result = ToolResultPart(
        "Box_add", "3", "t1", attachments=(Attachment("image/png", content=PNG),), exception="ValueError: no"
    )
    box = {"name": "Box", "plugin": "boxes", "arguments": json.dumps({"size": 1})}
    tool = {"name": "Box_add", "description": "Adds", "input_schema": {"type": "object"}, "plugin": "boxes"}
    assert turns[SECOND].parts == (call,)
    assert turns[SECOND].tools == (tool,)
    assert turns[THIRD].input == (tool_message(result),)
    assert turns[THIRD].tools == ({**tool, "instance": box},)
    assert turns[THIRD].system == "Be kind\n\nBe brief"
    first = (*turns[FIRST].input, assistant(ReasoningPart("Hm"), "Ink"))
    assert before[SECOND] == first
    assert before[THIRD] == (*first, user("Add 1 and 2"), assistant(call))


@pytest.mark.parametrize("make", [older, newer])
def test_a_turn_follows_the_message_that_stands_before_it(tmp_path: Path, make) -> None:  # type: ignore[no-untyped-def]
    turns, before, _ = read(make(tmp_path / "logs.db"))
    assert len(turns) == 4
    assert [turn.after for turn in turns.values()] == [chain_id(before[id]) for id in turns]


def test_a_turn_of_the_newer_tables_is_read_with_everything_it_has(tmp_path: Path) -> None:
    turns, before, problems = read(newer(tmp_path / "logs.db"))
    turn, long = turns[FIRST], turns[FIRST].text
    file = Attachment("image/png", content=PNG)
    assert problems == []
    assert (turn.conversation, turn.system, before[FIRST]) == (CHAT, "Be brief", ())
    assert turn.input == (user("A page\nHello", file),)
    assert turn.fragments == ("A page",)
    assert turn.options == {"seed": 1}
    assert turn.parts[0] == ReasoningPart("Hm", provider_metadata={"x": {"signature": "s" * 70}})
    assert turn.parts[2] == ToolCallPart("add", {"a": 1}, "t1")
    box = {"name": "Box", "plugin": "boxes", "arguments": json.dumps({"size": 1})}
    offered = {"name": "add", "description": turn.raw["tool"], "input_schema": {"type": "object"}, "instance": box}
    assert turn.tools == (offered,)
    assert turn.raw == {"text": long, "sig": "s" * 70, "tool": long, "own": {"$": 1}, "lost": {"$": "m.boilerplate"}}


def test_the_input_of_a_turn_is_what_it_added_to_the_chain(tmp_path: Path) -> None:
    turns, before, _ = read(newer(tmp_path / "logs.db"))
    file = Attachment("image/png", content=PNG)
    result = tool_message(ToolResultPart("add", "3", "t1", attachments=(file,), exception="no"))
    first = (*turns[FIRST].input, *turns[FIRST].answer)
    assert (before[SECOND], turns[SECOND].input, turns[SECOND].parts) == (first, (result, user("And?")), ())
    assert before[THIRD] == (*first, result, user("And?"))
    assert turns[THIRD].input == (user("Still there?"),)
    assert (before[LONE], turns[LONE].input) == (first, (user("Another way"),))
    assert {turn.system for turn in turns.values()} == {"Be brief"}


def test_a_system_message_that_is_more_than_text_stays_in_the_chain(tmp_path: Path) -> None:
    path = newer(tmp_path / "logs.db")
    say(path, "S", None, "system", {"type": "text", "text": "One"}, {"type": "text", "text": "Two"})
    say(path, "U", "S", "user", {"type": "text", "text": "Hi"})
    insert(path, "turns", id="01h7z0000000000000000000a9", model="m", parent_message_hash="U", tip_message_hash="U")
    turns, before, _ = read(path)
    last = turns["01h7z0000000000000000000a9"]
    assert (last.system, before[last.id]) == ("", (system("One", "Two"),))
    assert last.conversation == last.id


def test_a_response_that_is_a_turn_as_well_is_read_once(tmp_path: Path) -> None:
    path = newer(tmp_path / "logs.db")
    respond(path, FIRST, "Hello", "the older record")
    respond(path, "01h7z0000000000000000000a0", "Earlier", "Answer")
    turns, _, _ = read(path)
    assert len(turns) == 5
    assert turns[FIRST].fragments == ("A page",)
    assert next(iter(turns)) == "01h7z0000000000000000000a0"


def test_ids_that_are_no_ulids_become_the_same_ulid_each_time(tmp_path: Path) -> None:
    path = database(tmp_path / "logs.db")
    respond(path, "chatcmpl-1", "One", "1", "my chat", datetime_utc="2023-08-17T20:00:00")
    respond(path, "chatcmpl-2", "Two", "2", "my chat", datetime_utc="2023-08-17T20:00:01")
    respond(path, LONE.upper(), "Three", "3", CHAT.upper())
    turns, before, _ = read(path)
    assert turns == read(path)[0]
    one, two, three = sorted(turns.values(), key=lambda turn: turn.text)
    assert (len(one.id), one.id < two.id, one.conversation == two.conversation) == (26, True, True)
    assert before[two.id] == (user("One"), assistant("1"))
    assert (three.id, three.conversation) == (LONE, CHAT)


def test_chats_from_before_there_were_conversations_are_rebuilt(tmp_path: Path) -> None:
    path = database(tmp_path / "logs.db", 4)
    for id, chat in ((1, None), (2, 1), (3, None)):
        insert(path, "logs", id=id, chat_id=chat, prompt=f"p{id}", response=f"r{id}", datetime_utc=f"2023-05-0{id}")
    turns, before, _ = read(path)
    one, two, three = turns.values()
    assert before[two.id] == (user("p1"), assistant("r1"))
    assert one.conversation == two.conversation != three.conversation


def test_the_newest_come_first_where_that_is_asked(tmp_path: Path) -> None:
    opened = LLMDatabase(older(tmp_path / "logs.db"))
    assert [turn.id for turn, _ in opened.turns(newest_first=True)] == [LONE, THIRD, SECOND, FIRST]
    assert opened.count() == 4
    assert {turn.id: before for turn, before in opened.turns(newest_first=True)} == read(opened.path)[1]
    opened.close()


def test_conversations_have_the_names_that_were_kept(tmp_path: Path) -> None:
    opened = LLMDatabase(older(tmp_path / "logs.db"))
    assert opened.conversations() == {CHAT: "A page What is on the page that…", OTHER: "Given by hand"}
    opened.close()


def test_damaged_columns_are_reported_and_the_turn_stays(tmp_path: Path) -> None:
    path = older(tmp_path / "logs.db")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE responses SET options_json = '{oops', schema_id = 'gone' WHERE id = ?", (FIRST,))
        connection.execute("UPDATE responses SET response = CAST(x'ff41' AS TEXT) WHERE id = ?", (LONE,))
        connection.execute("DELETE FROM fragments WHERE id = 1")
    turns, _, problems = read(path)
    assert len(turns) == 4
    assert turns[LONE].text == "�A"
    assert [f"The response {FIRST}" in problem for problem in problems] == [True] * 3
    assert "options_json is not JSON" in problems[0]


def test_a_turn_that_cannot_be_read_is_left_out_and_reported(tmp_path: Path) -> None:
    path = newer(tmp_path / "logs.db")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE parts SET payload = '[' WHERE message_hash = 'v2'")
        connection.execute("UPDATE turns SET tip_message_hash = 'gone' WHERE id = ?", (SECOND,))
    turns, _, problems = read(path)
    assert set(turns) == {FIRST, THIRD}
    assert [SECOND in problems[0], LONE in problems[1]] == [True, True]


def test_messages_that_follow_each_other_in_a_circle_are_reported(tmp_path: Path) -> None:
    path = newer(tmp_path / "logs.db")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE messages SET parent_hash = 'a3' WHERE hash = 's'")
    turns, _, problems = read(path)
    assert turns == {}
    assert "follows itself" in problems[0]


def test_a_file_with_broken_pages_gives_what_can_be_read(tmp_path: Path) -> None:
    path = database(tmp_path / "logs.db")
    rows = [(f"01h7z000000000000000000{number:03}", "word " * 200, "answer " * 200) for number in range(200)]
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executemany("INSERT INTO responses (id, prompt, response) VALUES (?, ?, ?)", rows)
    data = bytearray(path.read_bytes())
    half = len(data) // 2 // 4096 * 4096
    data[half : half + 8 * 4096] = b"\xff" * (8 * 4096)
    path.write_bytes(data)
    turns, _, problems = read(path)
    assert 0 < len(turns) < 200
    assert problems


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_nothing_is_written_into_the_file_or_beside_it(tmp_path: Path, mode: str) -> None:
    path = older(tmp_path / "logs.db")
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute(f"PRAGMA journal_mode = {mode}").fetchone() == (mode.lower(),)
    kept = path.read_bytes()
    assert len(read(path)[0]) == 4
    assert path.read_bytes() == kept
    assert list(tmp_path.iterdir()) == [path]


def test_what_another_process_has_written_into_the_log_is_read(tmp_path: Path) -> None:
    path = older(tmp_path / "logs.db")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("DELETE FROM responses WHERE id = ?", (LONE,))
        connection.commit()
        assert list(read(path)[0]) == [FIRST, SECOND, THIRD]


def test_a_folder_and_a_file_that_may_only_be_read_are_no_hindrance(tmp_path: Path) -> None:
    path = older(tmp_path / "logs #1?.db")
    path.chmod(0o400)
    tmp_path.chmod(0o500)
    try:
        assert len(read(path)[0]) == 4
    finally:
        tmp_path.chmod(0o700)


def test_other_files_are_no_such_history(tmp_path: Path) -> None:
    text, other, ours = tmp_path / "a.txt", tmp_path / "other.db", tmp_path / "history.db"
    text.write_text("SQLite format 3")
    for path, statements in ((other, ""), (ours, f"PRAGMA application_id = {APPLICATION_ID};")):
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(f"{statements} CREATE TABLE turn (id TEXT)")
    assert [is_llm_database(path) for path in (text, other, ours, tmp_path, tmp_path / "gone")] == [False] * 5
    for path in (text, other, ours, tmp_path / "gone"):
        with pytest.raises(HistoryError, match=path.name):
            LLMDatabase(path).count()
