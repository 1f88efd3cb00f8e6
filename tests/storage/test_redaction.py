"""A redacted text is gone: from what is shown, from what is stored, and from every file."""

from __future__ import annotations

import base64
import json
import os
import re
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from llm._domain.attachment import Attachment
from llm._domain.json_text import is_utf8
from llm._domain.message import Message, assistant, tool_message, user
from llm._domain.message_id import chain_id
from llm._domain.part import AttachmentPart, ReasoningPart, TextPart, ToolCallPart, ToolResultPart
from llm._domain.schema_dsl import schema_id
from llm._domain.usage import Usage
from llm._storage.query import ConversationQuery, Redacted, TurnQuery
from llm._storage.redaction import redact
from llm._storage.rewriting import Rewriting
from llm._storage.sqlite import SQLiteStore
from llm._storage.turn_value import turn_to_value
from llm.errors import HistoryError

from .talk import Talk, counts, everything_in, unreferenced
from .turns import done, kept, running

CORE = "xylo7phon3"
"""What every secret here has in it, and nothing else; no way to escape text changes it."""

quickly = settings(
    max_examples=400 if os.environ.get("LLM_PROOF") == "full" else 25,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
around = st.text(st.sampled_from("a \"'\\/\n\r\t\0ß漢🐦\udcff\ud83d%&<+=_"), max_size=6)
secrets = st.builds(lambda before, after: f"{before}{CORE}{after}", around, around).filter(
    lambda secret: not re.search("[\ud800-\udbff][\udc00-\udfff]", secret)  # that is one character, as JSON sees it
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SQLiteStore]:
    with closing(SQLiteStore(tmp_path / "db" / "history.db")) as store:
        yield store


def gone(store: SQLiteStore, secret: str) -> None:
    """Nothing is left of the secret, and what is left is whole."""
    assert list(store.verify()) == []
    assert unreferenced(store.path) == []
    core = CORE if CORE in secret else secret
    for name, data in everything_in(store.path.parent):
        for form in (core.encode("utf-8", "surrogatepass"), json.dumps(core)[1:-1].encode(), core.encode("utf-16-le")):
            assert form not in data, name
    for turn in kept(store):
        assert secret not in json.dumps(turn_to_value(replace(turn, parts=())), default=repr, ensure_ascii=False)


def text(secret: str, replacement: str = "[redacted]") -> Rewriting:
    return Rewriting.of_text(secret, replacement)


def everywhere(secret: str, store: SQLiteStore) -> None:
    """A conversation with the secret in every field that there is."""
    hidden = {"deep": [{secret: secret, "inner": json.dumps({"a": secret})}]}
    file = Attachment("text/plain", content=b"\xff\x00" + f"file {secret} end".encode("utf-8", "surrogatepass"))
    linked = Attachment("image/png", url=f"https://x.example/{secret}")
    talk = Talk(store)
    talk.say(
        "",
        f"answer {secret}",
        input=(
            user(f"example {secret}", file, linked, provider_metadata={"x": hidden}),
            assistant(
                ReasoningPart(f"reason {secret}", provider_metadata={"x": hidden}),
                ToolCallPart(f"tool {secret}", hidden, f"call {secret}"),
                ToolCallPart("broken", {}, raw='{"a": ' + json.dumps(secret)),
            ),
            tool_message(
                ToolResultPart(f"tool {secret}", f"out {secret}", exception=f"E: {secret}", attachments=(file,))
            ),
            user(f"a page {secret}\nand {secret}"),
        ),
        fragments=(f"a page {secret}",),
        system=f"system {secret}\n\nmore",
        system_fragments=(f"system {secret}",),
        template=f"template {secret}",
        model=f"model/{secret}",
        price_key=f"price/{secret}",
        options={"stop": [secret], secret: hidden},
        schema={"type": "object", "properties": {secret: {"description": secret}}},
        tools=({"name": f"tool {secret}", "description": secret, "input_schema": hidden},),
        ended={
            "resolved_model": f"model {secret}",
            "finish_reason": secret,
            "request_id": secret,
            "error": f"E {secret}",
            "attempts": ({"error": secret, "status": 500},),
            "usage": Usage(1, 2, {secret: 1}),
            "raw": {"choices": [{"text": f"answer {secret}", secret: hidden, "$part": secret}], "s": secret * 4},
            "parts": (
                TextPart(f"answer {secret} is long enough to be referred to"),
                ReasoningPart(secret),
                AttachmentPart(file),
            ),
        },
    )
    later = Talk(store, after=talk.head)
    later.id = talk.id
    later.say("nothing in here", "nor here", ended={"raw": {"said": "nor here"}})
    if is_utf8(secret):
        store.name(talk.id, f"name {secret} end")
        store.tag(talk.id, add=[f"tag {secret} end"])
    store.begin(running(f"runs {secret}"))


@pytest.mark.proof
@quickly
@given(secret=secrets)
def test_no_file_keeps_a_trace_wherever_the_text_was(secret: str) -> None:
    with tempfile.TemporaryDirectory() as directory, closing(SQLiteStore(Path(directory) / "history.db")) as store:
        everywhere(secret, store)
        redacted = store.redact(text(secret))
        assert redacted.places > 30
        assert redacted.turns == 2
        gone(store, secret)
        turn = kept(store)[0]
        assert turn.prompt == "a page [redacted]\nand [redacted]"
        assert turn.fragments == ("a page [redacted]",)
        assert turn.schema is not None
        assert schema_id(dict(turn.schema)) == _schema_id_of(store)
        assert store.redact(text(secret)) == Redacted()


def _schema_id_of(store: SQLiteStore) -> str:
    with closing(sqlite3.connect(store.path)) as connection:
        (id,) = connection.execute("SELECT schema_id FROM turn WHERE schema_id IS NOT NULL").fetchone()
        return str(id)


texts = st.lists(st.sampled_from(["a", "b", "[redacted]", CORE, f"{CORE}{CORE}", f"x {CORE}"]), min_size=1, max_size=5)


@pytest.mark.proof
@quickly
@given(chains=st.lists(texts, min_size=1, max_size=6))
def test_trees_of_messages_are_rewritten_and_those_that_become_alike_are_one(chains: list[list[str]]) -> None:
    with tempfile.TemporaryDirectory() as directory, closing(SQLiteStore(Path(directory) / "history.db")) as store:
        for chain in chains:
            messages = tuple(user(said) for said in chain)
            turn = done(replace(running(), input=messages[-1:], after=chain_id(messages[:-1])), chain[-1])
            store.add(turn, messages[:-1])
        expected = {turn.id: _redacted(store.messages(turn.id)) for turn in kept(store)}
        store.redact(text(CORE))
        gone(store, CORE)
        assert {turn.id: store.messages(turn.id) for turn in kept(store)} == expected
        parts = {(chain_id(sent[:end]), sent[:end]) for sent in expected.values() for end in range(1, len(sent) + 1)}
        answers = {(sent, turn.text) for sent, turn in zip(expected.values(), kept(store), strict=True)}
        assert counts(store.path)["message"] <= len(parts) + len(answers)


def _redacted(messages: tuple[Message, ...]) -> tuple[Message, ...]:
    return tuple(Message(message.role, (message.text.replace(CORE, "[redacted]"),)) for message in messages)


def test_what_follows_a_rewritten_message_keeps_its_words_and_gets_another_id(store: SQLiteStore) -> None:
    talk = Talk(store)
    first = talk.say(f"the key is {CORE}", "I see")
    second = talk.say("thanks", "welcome")
    head = store.find_conversation(talk.id).head
    redacted = store.redact(text(CORE))
    assert redacted == Redacted(turns=1, messages=1, contents=0, places=1)
    record = store.find_conversation(talk.id)
    assert record.head != head
    assert record.head == chain_id([*store.messages(second.id), assistant("welcome")])
    assert [turn.text for turn in kept(store)] == [first.text, second.text]
    assert [message.text for message in store.messages(second.id)] == ["the key is [redacted]", "I see", "thanks"]
    with closing(sqlite3.connect(store.path)) as connection:
        hashes = {bytes(row[0]).hex() for row in connection.execute("SELECT hash FROM message")}
    assert head not in hashes
    assert second.after not in hashes
    goes_on = Talk(store, after=record.head)
    goes_on.id = talk.id
    goes_on.say("more", "and more")
    gone(store, CORE)


def test_the_words_are_found_no_more_and_others_are(store: SQLiteStore) -> None:
    Talk(store).say(f"pelican {CORE} gull", CORE)
    store.redact(text(CORE))
    assert list(store.find(TurnQuery(search=CORE))) == []
    assert [found.turn.prompt for found in store.find(TurnQuery(search="gull"))] == ["pelican [redacted] gull"]
    assert len(list(store.find(TurnQuery(search="redacted")))) == 1


def test_a_turn_that_runs_ends_as_ever_afterwards(store: SQLiteStore) -> None:
    turn = running(f"pelican {CORE}")
    store.begin(turn)
    store.redact(text(CORE))
    store.finish(done(turn, "gull"))
    assert [found.turn.prompt for found in store.find(TurnQuery(search="pelican"))] == ["pelican [redacted]"]
    gone(store, CORE)


def test_a_text_across_the_border_of_a_fragment_is_found(store: SQLiteStore) -> None:
    secret = f"{CORE}\nother half"
    Talk(store).say("", input=(user(f"a page {CORE}\nother half of it"),), fragments=(f"a page {CORE}",))
    store.redact(text(secret))
    assert [turn.prompt for turn in kept(store)] == ["a page [redacted] of it"]
    assert list(store.verify()) == []
    assert unreferenced(store.path) == []


def test_files_that_become_alike_are_one(store: SQLiteStore) -> None:
    files = [Attachment("text/plain", content=f"file {word}".encode()) for word in (CORE, "[redacted]", "else")]
    for number, file in enumerate(files):
        Talk(store).say("", f"answer {number}", input=(user(f"see {number}", file),), system=f"file {CORE}")
    assert store.redact(text(CORE)).contents == 1 + 0
    contents = [part.attachment.content for turn in kept(store) for part in turn.input[0].parts[1:]]
    assert contents == [b"file [redacted]", b"file [redacted]", b"file else"]
    assert {turn.system for turn in kept(store)} == {"file [redacted]"}
    assert counts(store.path)["content"] == 2
    gone(store, CORE)


@pytest.mark.parametrize(
    "form",
    [
        base64.b64encode(f"user:{CORE}".encode()).decode(),
        json.dumps(json.dumps({"key": f'"{CORE}"'})),
        "".join(f"%{byte:02x}" for byte in CORE.encode()),
        "".join(f"\\u{ord(letter):04x}" for letter in CORE),
    ],
    ids=["base64", "json", "percent", "unicode"],
)
def test_a_text_is_found_in_the_forms_that_programs_write(store: SQLiteStore, form: str) -> None:
    Talk(store).say(f"see {form}", "ok", ended={"raw": {"header": form}})
    store.redact(text(CORE))
    gone(store, CORE)
    assert form not in kept(store)[0].prompt
    assert form not in json.dumps(kept(store)[0].raw)


def test_names_that_become_alike_are_numbered(store: SQLiteStore) -> None:
    for word in (CORE, f"{CORE}{CORE}"):
        talk = Talk(store)
        talk.say("hi", word, options={word: 1, f"x{word}": 2})
        store.name(talk.id, word)
    store.redact(Rewriting.of_pattern(rf"x?({CORE})+", "it"))
    assert {record.name for record in store.find_conversations(ConversationQuery())} == {"it", "it 2"}
    assert [turn.options for turn in kept(store)] == [{"it": 1, "it 2": 2}] * 2
    gone(store, CORE)


def test_words_of_the_format_stay(store: SQLiteStore) -> None:
    """Whoever redacts `text` does not want to lose the texts."""
    file = Attachment("text/plain", content=b"plain text")
    call = ToolCallPart("text", {"text": "arguments"})
    talk = Talk(store)
    talk.say("", "x", input=(user("text", file),), tools=({"name": "name"},), ended={"parts": (TextPart("type"), call)})
    for word in ("text", "type", "parts", "user", "assistant", "name", "attachment", "arguments", "done", "id"):
        store.redact(text(word, "_"))
    turn = kept(store)[0]
    assert turn.input == (user("_", Attachment("text/plain", content=b"plain _")),)
    assert turn.parts == (TextPart("_"), ToolCallPart("_", {"_": "_"}))
    assert turn.tools == ({"name": "_"},)
    assert list(store.verify()) == []


def test_what_comes_together_where_a_text_was_goes_too(store: SQLiteStore) -> None:
    half = len(CORE) // 2
    Talk(store).say(f"{CORE[:half]}{CORE}{CORE[half:]}")
    store.redact(text(CORE, ""))
    gone(store, CORE)


def test_any_function_of_texts_will_do(store: SQLiteStore) -> None:
    file = Attachment("text/plain", content=b"\xff" + CORE.encode())
    Talk(store).say("", input=(user(CORE, file),))
    store.redact(lambda text: text.replace(CORE, "gull"))
    assert kept(store)[0].input == (user("gull", Attachment("text/plain", content=b"\xffgull")),)
    gone(store, CORE)


def test_a_dry_run_tells_and_changes_nothing(store: SQLiteStore) -> None:
    everywhere(CORE, store)
    before = kept(store)
    told = store.redact(text(CORE), dry_run=True)
    assert kept(store) == before
    assert store.redact(text(CORE)) == told


def test_deleted_turns_leave_no_trace_either(store: SQLiteStore) -> None:
    turn = Talk(store).say(f"pelican {CORE}", CORE)
    store.remove([turn.id])
    store.redact(text(CORE))
    gone(store, CORE)


def test_a_function_that_fails_changes_nothing(store: SQLiteStore) -> None:
    everywhere(CORE, store)
    before = kept(store)

    def fail(text: str) -> str:
        if text.startswith("runs"):
            raise ZeroDivisionError
        return text.replace(CORE, "x")

    with pytest.raises(ZeroDivisionError):
        store.redact(fail)
    assert kept(store) == before
    assert list(store.verify()) == []


@pytest.mark.parametrize("damage", ["UPDATE message SET parts = '['", "UPDATE turn SET raw = x'00'"])
def test_where_something_cannot_be_read_nothing_is_redacted(store: SQLiteStore, damage: str) -> None:
    Talk(store).say(CORE)
    with closing(sqlite3.connect(store.path, isolation_level=None)) as connection:
        connection.execute(damage)
        with pytest.raises(HistoryError, match="Nothing is redacted"):
            store.redact(text(CORE))
        assert connection.execute("SELECT count(*) FROM turn_search WHERE turn_search MATCH ?", (CORE,)).fetchone()[0]


def connected(store: SQLiteStore) -> closing[sqlite3.Connection]:
    connection = sqlite3.connect(store.path, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA foreign_keys = ON")
    return closing(connection)


def test_a_reader_that_stays_is_said_and_the_next_run_takes_the_traces_away(store: SQLiteStore) -> None:
    Talk(store).say(CORE)
    with connected(store) as reader, connected(store) as connection:
        reader.execute("BEGIN")
        assert len(reader.execute("SELECT * FROM turn").fetchall()) == 1
        with pytest.raises(HistoryError, match="redacted in the history, but traces") as caught:
            redact(connection, text(CORE), wait=0.3)
        assert "run the same command again" in str(caught.value.hint)
        assert [turn.prompt for turn in kept(store)] == ["[redacted]"]
        reader.execute("ROLLBACK")
        assert redact(connection, text(CORE), wait=5) == Redacted()
        gone(store, CORE)


def test_it_waits_for_a_reader(store: SQLiteStore) -> None:
    Talk(store).say(CORE)
    with connected(store) as reader, connected(store) as connection:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM turn").fetchall()
        timer = threading.Timer(0.4, reader.execute, ("ROLLBACK",))
        timer.start()
        redact(connection, text(CORE), wait=20)
        timer.join()
        gone(store, CORE)


def test_others_may_write_while_it_waits_for_a_reader(store: SQLiteStore) -> None:
    Talk(store).say(CORE)
    failed: list[BaseException] = []

    def run(work: Callable[[], Any]) -> None:
        try:
            work()
        except BaseException as error:
            failed.append(error)

    with connected(store) as reader, connected(store) as connection:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM turn").fetchall()
        thread = threading.Thread(target=run, args=(lambda: redact(connection, text(CORE), wait=20),))
        thread.start()
        while not any(turn.prompt == "[redacted]" for turn in kept(store)):
            assert thread.is_alive()
        for number in range(10):
            Talk(store).say(f"meanwhile {number}")
        reader.execute("ROLLBACK")
        thread.join(30)
    assert failed == []
    assert len(kept(store)) == 11
