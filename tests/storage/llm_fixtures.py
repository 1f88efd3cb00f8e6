"""Files as the `llm` package before 1.0 wrote them, of every version of their tables."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

FIRST, SECOND, THIRD, LONE = (f"01h7z0000000000000000000a{number}" for number in range(1, 5))
CHAT, OTHER = "01h7z0000000000000000000c1", "01h7z0000000000000000000c2"
SCHEMA = {"type": "object", "properties": {"name": {"type": "string"}}}
PNG = b"\x89PNG\r\n\x1a\n123"

STEPS: tuple[str, ...] = (
    """CREATE TABLE log (provider TEXT, system TEXT, prompt TEXT, chat_id TEXT, response TEXT, model TEXT,
       timestamp TEXT)""",
    """DROP TABLE log; CREATE TABLE log (id INTEGER PRIMARY KEY, model TEXT, timestamp TEXT, prompt TEXT, system TEXT,
       response TEXT, chat_id INTEGER REFERENCES log(id), debug TEXT, duration_ms INTEGER)""",
    """DROP TABLE log; CREATE TABLE log (id INTEGER PRIMARY KEY, model TEXT, prompt TEXT, system TEXT, prompt_json TEXT,
       options_json TEXT, response TEXT, response_json TEXT, reply_to_id INTEGER, chat_id INTEGER, duration_ms INTEGER,
       timestamp_utc TEXT)""",
    "ALTER TABLE log RENAME COLUMN timestamp_utc TO datetime_utc; ALTER TABLE log RENAME TO logs",
    """CREATE TABLE conversations (id TEXT PRIMARY KEY, name TEXT, model TEXT);
       CREATE TABLE responses (id TEXT PRIMARY KEY, model TEXT, prompt TEXT, system TEXT, prompt_json TEXT,
       options_json TEXT, response TEXT, response_json TEXT, conversation_id TEXT REFERENCES conversations(id),
       duration_ms INTEGER, datetime_utc TEXT)""",
    """CREATE VIRTUAL TABLE responses_fts USING fts5(prompt, response, content = responses);
       CREATE TRIGGER responses_ai AFTER INSERT ON responses BEGIN
       INSERT INTO responses_fts (rowid, prompt, response) VALUES (new.rowid, new.prompt, new.response); END""",
    """CREATE TABLE attachments (id TEXT PRIMARY KEY, type TEXT, path TEXT, url TEXT, content BLOB);
       CREATE TABLE prompt_attachments (response_id TEXT, attachment_id TEXT, "order" INTEGER,
       PRIMARY KEY (response_id, attachment_id))""",
    """ALTER TABLE responses ADD COLUMN input_tokens INTEGER; ALTER TABLE responses ADD COLUMN output_tokens INTEGER;
       ALTER TABLE responses ADD COLUMN token_details TEXT""",
    "CREATE TABLE schemas (id TEXT PRIMARY KEY, content TEXT); ALTER TABLE responses ADD COLUMN schema_id TEXT",
    """CREATE TABLE fragments (id INTEGER PRIMARY KEY, hash TEXT, content TEXT, datetime_utc TEXT, source TEXT);
       CREATE TABLE prompt_fragments (response_id TEXT, fragment_id INTEGER, "order" INTEGER,
       PRIMARY KEY (response_id, fragment_id, "order"));
       CREATE TABLE system_fragments (response_id TEXT, fragment_id INTEGER, "order" INTEGER,
       PRIMARY KEY (response_id, fragment_id, "order"))""",
    """CREATE TABLE tools (id INTEGER PRIMARY KEY, hash TEXT, name TEXT, description TEXT, input_schema TEXT);
       CREATE TABLE tool_responses (tool_id INTEGER, response_id TEXT, PRIMARY KEY (tool_id, response_id));
       CREATE TABLE tool_calls (id INTEGER PRIMARY KEY, response_id TEXT, tool_id INTEGER, name TEXT, arguments TEXT,
       tool_call_id TEXT);
       CREATE TABLE tool_results (id INTEGER PRIMARY KEY, response_id TEXT, tool_id INTEGER, name TEXT, output TEXT,
       tool_call_id TEXT)""",
    """ALTER TABLE tools ADD COLUMN plugin TEXT;
       CREATE TABLE tool_instances (id INTEGER PRIMARY KEY, plugin TEXT, name TEXT, arguments TEXT);
       ALTER TABLE tool_results ADD COLUMN instance_id INTEGER""",
    "ALTER TABLE responses ADD COLUMN resolved_model TEXT",
    """CREATE TABLE tool_results_attachments (tool_result_id INTEGER, attachment_id TEXT, "order" INTEGER,
       PRIMARY KEY (tool_result_id, attachment_id));
       ALTER TABLE tool_results ADD COLUMN exception TEXT""",
    "ALTER TABLE responses ADD COLUMN reasoning TEXT",
    """CREATE TABLE messages (hash TEXT PRIMARY KEY, parent_hash TEXT, role TEXT, provider_metadata TEXT);
       CREATE TABLE parts (id INTEGER PRIMARY KEY, message_hash TEXT, position INTEGER, type TEXT, tool_name TEXT,
       text TEXT, payload TEXT);
       CREATE UNIQUE INDEX parts_place ON parts(message_hash, position);
       CREATE TABLE threads (id TEXT PRIMARY KEY, name TEXT, tip_message_hash TEXT, forked_from TEXT,
       datetime_utc TEXT);
       CREATE TABLE turns (id TEXT PRIMARY KEY, thread_id TEXT, parent_message_hash TEXT, tip_message_hash TEXT,
       model TEXT, resolved_model TEXT, options_json TEXT, schema_id TEXT, input_tokens INTEGER, output_tokens INTEGER,
       token_details TEXT, duration_ms INTEGER, datetime_utc TEXT);
       CREATE TABLE turn_tools (turn_id TEXT, tool_id INTEGER, PRIMARY KEY (turn_id, tool_id));
       CREATE TABLE turn_fragments (turn_id TEXT, fragment_id INTEGER, "order" INTEGER, kind TEXT,
       PRIMARY KEY (turn_id, fragment_id, kind, "order"));
       CREATE TABLE turn_search (id INTEGER PRIMARY KEY, turn_id TEXT UNIQUE, prompt TEXT, response TEXT);
       CREATE VIRTUAL TABLE turn_search_fts USING fts5(prompt, response, content = turn_search);
       CREATE TRIGGER turn_search_ai AFTER INSERT ON turn_search BEGIN
       INSERT INTO turn_search_fts (rowid, prompt, response) VALUES (new.id, new.prompt, new.response); END""",
    "ALTER TABLE turn_tools ADD COLUMN instance_id INTEGER; ALTER TABLE turns ADD COLUMN response_json TEXT",
)
"""How the tables grew, step by step."""
RESPONSES = 5
"""After so many steps there is a table of responses."""


def database(path: Path, steps: int = len(STEPS)) -> Path:
    """An empty file with the first *steps* steps taken."""
    with closing(_connect(path)) as connection:
        connection.executescript("CREATE TABLE _llm_migrations (name TEXT PRIMARY KEY, applied_at TEXT)")
        for step in STEPS[:steps]:
            connection.executescript(step)
    return path


def insert(path: Path, table: str, /, **values: Any) -> None:
    """Add a row; values that are lists or dictionaries become JSON."""
    plain = {name: json.dumps(it) if isinstance(it, dict | list) else it for name, it in values.items()}
    names, marks = ", ".join(f'"{name}"' for name in plain), ", ".join("?" * len(plain))
    with closing(_connect(path)) as connection, connection:
        connection.execute(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', list(plain.values()))


def respond(path: Path, id: str, prompt: str, response: str, conversation: str | None = CHAT, /, **values: Any) -> None:
    """Add a response."""
    when = {"datetime_utc": f"2023-08-17T20:00:0{id[-1]}.5"} if id[-1].isdigit() else {}
    row: dict[str, Any] = {"model": "gpt-4", "options_json": {}, **when, **values}
    insert(path, "responses", id=id, prompt=prompt, response=response, conversation_id=conversation, **row)


def say(path: Path, hash: str, before: str | None, role: str, *parts: dict[str, Any]) -> str:
    """Add a message of the newer tables; a part's `text` stands in a column of its own."""
    insert(path, "messages", hash=hash, parent_hash=before, role=role)
    for position, part in enumerate(parts):
        payload = {name: value for name, value in part.items() if name not in ("type", "text")} or None
        row = {"type": part["type"], "text": part.get("text"), "payload": payload}
        insert(path, "parts", message_hash=hash, position=position, **row)
    return hash


def older(path: Path) -> Path:
    """Two conversations in the older tables, with everything that a response can have."""
    database(path)
    insert(path, "conversations", id=CHAT, name="A page What is on the page that…", model="gpt-4")
    insert(path, "conversations", id=OTHER, name="Given by hand", model="gpt-4")
    insert(path, "schemas", id="ab", content=SCHEMA)
    insert(path, "fragments", id=1, hash="h1", content="A page")
    insert(path, "fragments", id=2, hash="h2", content="Be kind ")
    insert(path, "attachments", id="png", type="image/png", content=PNG)
    insert(path, "attachments", id="0" * 64, type="image/png", path="/nowhere/gone.png")
    insert(path, "attachments", id="url", type=None, url="https://example.com/a.png")
    insert(path, "tools", id=7, name="Box_add", description="Adds", input_schema={"type": "object"}, plugin="boxes")
    insert(path, "tool_instances", id=3, plugin="boxes", name="Box", arguments={"size": 1})
    usage: dict[str, Any] = {"input_tokens": 5, "output_tokens": 6, "token_details": {"cached": 1}, "duration_ms": 12}
    request = {"messages": [{"role": "user", "content": {"$r": [{"$": "f1"}, "\nWhat?"]}}]}
    reply = {"id": "r", "content": {"$": f"r:{FIRST}"}, "odd": {"$": "f:99"}}
    made: dict[str, Any] = {"resolved_model": "gpt-4-0613", "reasoning": "Hm", "schema_id": "ab"}
    respond(
        path, FIRST, "What is on the page that I sent?", "Ink", system="Be brief",
        prompt_json=request, response_json=reply, options_json={"temperature": 0.5}, **usage, **made,
    )  # fmt: skip
    insert(path, "prompt_fragments", response_id=FIRST, fragment_id=1, order=0)
    insert(path, "system_fragments", response_id=FIRST, fragment_id=2, order=0)
    for order, file in enumerate(("url", "png", "0" * 64)):
        insert(path, "prompt_attachments", response_id=FIRST, attachment_id=file, order=order)
    respond(path, SECOND, "Add 1 and 2", "", model="gpt-5")
    insert(path, "tool_responses", response_id=SECOND, tool_id=7)
    insert(path, "tool_calls", response_id=SECOND, tool_id=7, name="Box_add", arguments={"a": 1}, tool_call_id="t1")
    respond(path, THIRD, "", "Three")
    row = {"name": "Box_add", "output": "3", "tool_call_id": "t1", "exception": "ValueError: no", "instance_id": 3}
    insert(path, "tool_results", id=1, response_id=THIRD, tool_id=7, **row)
    insert(path, "tool_results_attachments", tool_result_id=1, attachment_id="png", order=0)
    insert(path, "tool_responses", response_id=THIRD, tool_id=7)
    respond(path, LONE, "Name a pelican", "Percy the pelican", OTHER)
    return path


def newer(path: Path) -> Path:
    """A thread of three turns in the newer tables, and one that forks off after the first."""
    database(path)
    long = "a text that is long enough to be referred to rather than repeated, which is 64 letters"
    insert(path, "threads", id=CHAT, name="Hello")
    insert(path, "threads", id=OTHER, name="A fork")
    insert(path, "fragments", id=1, content="A page")
    insert(path, "attachments", id="png", type="image/png", content=PNG)
    insert(path, "tools", id=7, name="add", description=long, input_schema={"type": "object"}, plugin=None)
    insert(path, "tool_instances", id=3, plugin="boxes", name="Box", arguments={"size": 1})
    say(path, "s", None, "system", {"type": "text", "text": "Be brief"})
    say(path, "u1", "s", "user", {"type": "text", "text_ref": [{"fragment": 1}, {"literal": "\nHello"}]},
        {"type": "attachment", "attachment": {"id": "png"}})  # fmt: skip
    signed = {"type": "reasoning", "text": "Hm", "provider_metadata": {"x": {"signature": "s" * 70}}}
    say(path, "a1", "u1", "assistant", signed, {"type": "text", "text": long},
        {"type": "tool_call", "name": "add", "arguments": {"a": 1}, "tool_call_id": "t1"})  # fmt: skip
    say(path, "t2", "a1", "tool", {"type": "tool_result", "name": "add", "output": "3", "tool_call_id": "t1",
        "attachments": [{"id": "png"}], "exception": "no"})  # fmt: skip
    say(path, "u2", "t2", "user", {"type": "text", "text": "And?"})
    say(path, "u3", "u2", "user", {"type": "text", "text": "Still there?"})
    say(path, "a3", "u3", "assistant", {"type": "text", "text": "Yes"})
    say(path, "v2", "a1", "user", {"type": "text", "text": "Another way"})
    say(path, "b2", "v2", "assistant", {"type": "text", "text": "Fine"})
    reply = {"text": {"$": "0.1.text"}, "sig": {"$": "0.0.pm.x.signature"}, "tool": {"$": "tool.add.description"},
             "own": {"$raw": {"$": 1}}, "lost": {"$": "m.boilerplate"}}  # fmt: skip
    for id, thread, asked, tip, more in (
        (FIRST, CHAT, "u1", "a1", {"response_json": reply, "input_tokens": 5, "options_json": {"seed": 1}}),
        (SECOND, CHAT, "u2", "u2", {}),
        (THIRD, CHAT, "u3", "a3", {"resolved_model": "m-1"}),
        (LONE, OTHER, "v2", "b2", {}),
    ):
        when = f"2026-08-17T20:00:0{id[-1]}+00:00"
        row = {"thread_id": thread, "parent_message_hash": asked, "tip_message_hash": tip, "datetime_utc": when}
        insert(path, "turns", id=id, model="m", **row, **more)
    insert(path, "turn_tools", turn_id=FIRST, tool_id=7, instance_id=3)
    insert(path, "turn_fragments", turn_id=FIRST, fragment_id=1, order=0, kind="prompt")
    insert(path, "turn_search", turn_id=FIRST, prompt="Hello", response=long)
    insert(path, "turn_search", turn_id=THIRD, prompt="Still there?", response="Yes")
    return path


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA synchronous = OFF")  # a file in a test need not outlive a power cut
    connection.execute("PRAGMA journal_mode = MEMORY")
    return connection
