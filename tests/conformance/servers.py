"""Five servers: what each provider's API sends for an answer, streamed and whole, and for its failures."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Protocol

from llm.testing import Reply, json_reply
from llm.testing.reply import Step

from . import anthropic, chat, gemini, ollama, responses
from .answer import Answer


class Server(Protocol):
    """One provider's way to say things. `lacks` names what its API has no words for."""

    WIRE: str
    PATH: str
    DIALECT: str
    LACKS: frozenset[str]
    LINES: bool

    def whole(self, answer: Answer) -> dict[str, Any]: ...
    def events(self, answer: Answer) -> list[dict[str, Any]]: ...
    def failure(self, status: int, message: str) -> dict[str, Any]: ...
    def failure_in_stream(self, message: str) -> dict[str, Any]: ...
    def field(self, name: str, body: dict[str, Any]) -> Any: ...
    def said(self, body: dict[str, Any]) -> Any: ...
    def sent_back(self, answer: Answer) -> Any: ...


SERVERS: dict[str, Any] = {module.WIRE: module for module in (chat, responses, anthropic, gemini, ollama)}


def able(*things: str) -> list[str]:
    """The wires whose API has words for all of these."""
    return [name for name, server in SERVERS.items() if not server.LACKS.intersection(things)]


def reply(server: Any, answer: Answer, *, stream: bool) -> Reply:
    """The reply of *server* that is this answer."""
    if not stream:
        return json_reply(server.whole(answer))
    return streamed(server, [framed(server, event) for event in server.events(answer)])


def streamed(server: Any, steps: Sequence[Step]) -> Reply:
    """A stream of these steps; an OpenAI server says at last that it is done."""
    kind = "application/x-ndjson" if server.LINES else "text/event-stream"
    end = [b"data: [DONE]\n\n"] if server.WIRE == "chat" and b'"finish_reason": "' in _bytes(steps) else []
    return Reply([*steps, *end], headers={"Content-Type": kind}, framing="chunked")


def framed(server: Any, event: dict[str, Any]) -> bytes:
    """One event as bytes: characters beyond ASCII are written as they are."""
    text = json.dumps(event, ensure_ascii=False)
    if server.LINES:
        return f"{text}\n".encode()
    name = f"event: {event['type']}\n" if "type" in event else ""
    return f"{name}data: {text}\n\n".encode()


def failed(server: Any, status: int, message: str, **headers: str) -> Reply:
    """The error of this provider with an HTTP status."""
    made = {name.replace("_", "-"): value for name, value in headers.items()}
    return json_reply(server.failure(status, message), status=status, headers=made)


def _bytes(steps: Sequence[Step]) -> bytes:
    return b"".join(step for step in steps if isinstance(step, bytes))
