"""The tables and views of the history, as version 2 of the file has them; docs/reference/history-schema.md explains."""

from __future__ import annotations

TABLES = """
CREATE TABLE content (                  -- texts and files, each once
    key INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,          -- SHA-256 of the bytes
    content BLOB NOT NULL               -- TEXT for text and JSON, BLOB for a file
);
CREATE TABLE message (                  -- messages, each once for the chain that leads to it
    key INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,          -- its id: SHA-256 of its content and of the id before it
    parent INTEGER REFERENCES message(key),
    role TEXT NOT NULL,                 -- system, developer, user, assistant, tool
    parts TEXT NOT NULL,                -- JSON: a list; files by hash, and fragments by key
    metadata TEXT                       -- JSON: the provider's own data
);
CREATE INDEX message_parent ON message(parent);
CREATE TABLE message_content (          -- which contents the parts of a message refer to
    message INTEGER NOT NULL REFERENCES message(key) ON DELETE CASCADE,
    content INTEGER NOT NULL REFERENCES content(key),
    PRIMARY KEY (message, content)
) WITHOUT ROWID;
CREATE INDEX message_content_content ON message_content(content);
CREATE TABLE conversation (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT UNIQUE,                   -- NULL: none was given
    head INTEGER REFERENCES message(key),    -- the message that the next turn follows
    answered TEXT,                      -- the id of the turn whose end that is; NULL: it is where a fork began
    system INTEGER REFERENCES content(key),  -- the system prompt that it keeps
    last TEXT NOT NULL                  -- the id of the turn that used it last, or of the moment it was made
);
CREATE INDEX conversation_last ON conversation(last);
CREATE INDEX conversation_head ON conversation(head);
CREATE INDEX conversation_system ON conversation(system) WHERE system IS NOT NULL;
CREATE TABLE tag (
    conversation INTEGER NOT NULL REFERENCES conversation(key) ON DELETE CASCADE,
    tag TEXT NOT NULL,
    PRIMARY KEY (conversation, tag)
) WITHOUT ROWID;
CREATE TABLE terminal (                 -- the conversation that each terminal used last
    device TEXT PRIMARY KEY,
    session TEXT NOT NULL,
    conversation INTEGER NOT NULL REFERENCES conversation(key) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX terminal_conversation ON terminal(conversation);
CREATE TABLE turn (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,            -- a ULID in small letters
    conversation INTEGER NOT NULL REFERENCES conversation(key),
    started REAL NOT NULL,              -- seconds since the epoch, UTC
    status TEXT NOT NULL,               -- running, done, partial, error, cancelled
    model TEXT NOT NULL,                -- asked
    resolved_model TEXT,                -- answered
    system INTEGER REFERENCES content(key),  -- the system prompt that was sent
    prompt INTEGER REFERENCES message(key),  -- the last message that was sent
    inputs INTEGER NOT NULL,            -- how many messages up to there are this turn's own
    answer INTEGER REFERENCES message(key),
    options TEXT,                       -- JSON object; NULL: none
    template TEXT,
    tools INTEGER REFERENCES content(key),   -- JSON: what was offered
    schema INTEGER REFERENCES content(key),  -- JSON Schema of the answer
    schema_id TEXT,
    input_tokens INTEGER,
    output_tokens INTEGER,
    cached_tokens INTEGER,
    reasoning_tokens INTEGER,
    cache_write_tokens INTEGER,
    token_details TEXT,                 -- JSON object
    price_key TEXT,                     -- whose prices hold: provider/model
    duration_ms INTEGER,
    first_byte_ms INTEGER,
    finish_reason TEXT,
    request_id TEXT,
    attempts TEXT,                      -- JSON: the tries that failed before; NULL: none
    error TEXT,
    raw BLOB                            -- zlib: JSON of the provider's payload, parts by reference
);
CREATE INDEX turn_conversation ON turn(conversation);
CREATE INDEX turn_prompt ON turn(prompt);
CREATE INDEX turn_answer ON turn(answer);
CREATE INDEX turn_model ON turn(model);
CREATE INDEX turn_resolved ON turn(resolved_model) WHERE resolved_model IS NOT NULL;
CREATE INDEX turn_system ON turn(system) WHERE system IS NOT NULL;
CREATE INDEX turn_tools ON turn(tools) WHERE tools IS NOT NULL;
CREATE INDEX turn_schema ON turn(schema) WHERE schema IS NOT NULL;
CREATE INDEX turn_template ON turn(template) WHERE template IS NOT NULL;
CREATE INDEX turn_status ON turn(status) WHERE status != 'done';
CREATE TABLE fragment (                 -- texts that a prompt or a system prompt begins with
    turn INTEGER NOT NULL REFERENCES turn(key) ON DELETE CASCADE,
    system INTEGER NOT NULL,            -- 1: of the system prompt
    position INTEGER NOT NULL,
    content INTEGER NOT NULL REFERENCES content(key),
    PRIMARY KEY (turn, system, position)
) WITHOUT ROWID;
CREATE INDEX fragment_content ON fragment(content);
CREATE TABLE tool_use (                 -- names of the tools that took part in a turn
    name TEXT NOT NULL,
    turn INTEGER NOT NULL REFERENCES turn(key) ON DELETE CASCADE,
    PRIMARY KEY (name, turn)
) WITHOUT ROWID;
CREATE INDEX tool_use_turn ON tool_use(turn);
"""

# What is said in a message, as text. `json_valid` is for numbers that JSON does not know, such as Infinity.
_TEXT = """(
    SELECT group_concat(json_extract(value, '$.text'), '')
    FROM json_each(CASE WHEN json_valid({0}.parts) THEN {0}.parts ELSE '[]' END)
    WHERE json_extract(value, '$.type') = 'text'
)"""

VIEWS = f"""
CREATE VIEW turn_text AS
SELECT turn.key AS key,
    CASE WHEN turn.inputs AND asked.role = 'user' THEN {_TEXT.format("asked")} END AS prompt,
    {_TEXT.format("answered")} AS response
FROM turn LEFT JOIN message AS asked ON asked.key = turn.prompt
LEFT JOIN message AS answered ON answered.key = turn.answer;

CREATE VIEW responses AS
SELECT turn.id AS id, turn.model AS model, turn.resolved_model AS resolved_model,
    coalesce(turn_text.prompt, '') AS prompt,
    (SELECT content FROM content WHERE key = turn.system) AS system,
    coalesce(turn.options, '{{}}') AS options_json,
    coalesce(turn_text.response, '') AS response,
    conversation.id AS conversation_id,
    turn.duration_ms AS duration_ms,
    strftime('%Y-%m-%dT%H:%M:%S', turn.started, 'unixepoch')
        || substr(printf('%.6f', turn.started - CAST(turn.started AS INTEGER)), 2) || '+00:00' AS datetime_utc,
    turn.input_tokens AS input_tokens, turn.output_tokens AS output_tokens,
    CASE WHEN (turn.cached_tokens OR turn.reasoning_tokens) AND json_valid(coalesce(turn.token_details, '{{}}'))
        THEN json_patch(coalesce(turn.token_details, '{{}}'), json_object(
            'prompt_tokens_details', json_object('cached_tokens', nullif(turn.cached_tokens, 0)),
            'completion_tokens_details', json_object('reasoning_tokens', nullif(turn.reasoning_tokens, 0))))
        ELSE turn.token_details END AS token_details,
    turn.schema_id AS schema_id, turn.cached_tokens AS cached_tokens, turn.reasoning_tokens AS reasoning_tokens,
    turn.status AS status, turn.error AS error, turn.finish_reason AS finish_reason, turn.template AS template
FROM turn JOIN conversation ON conversation.key = turn.conversation JOIN turn_text ON turn_text.key = turn.key;

CREATE VIEW conversations AS
SELECT conversation.id AS id,
    coalesce(conversation.name, (
        SELECT substr(turn_text.prompt, 1, 100) FROM turn_text WHERE turn_text.key = (
            SELECT key FROM turn WHERE turn.conversation = conversation.key ORDER BY turn.key LIMIT 1))) AS name,
    (SELECT model FROM turn WHERE turn.conversation = conversation.key ORDER BY turn.key DESC LIMIT 1) AS model,
    (SELECT count(*) FROM turn WHERE turn.conversation = conversation.key) AS turns,
    conversation.last AS last_turn
FROM conversation;
"""  # noqa: S608 - both texts are written above

SEARCH = """
CREATE VIRTUAL TABLE turn_search USING fts5(
    prompt, response, content = 'turn_text', content_rowid = 'key'
);
"""
