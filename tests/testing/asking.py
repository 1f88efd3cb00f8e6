"""A plain client of an OpenAI-compatible server, from the standard library."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from typing import Any
from urllib.parse import urlsplit

USER = {"role": "user", "content": "hi"}


@contextmanager
def opened(
    url: str, body: dict[str, Any] | None = None, *, key: str | None = None, timeout: float = 10.0
) -> Iterator[HTTPResponse]:
    """The reply to a POST of `body`, or to a GET without one; leaving the block closes the connection."""
    parts = urlsplit(url)
    assert parts.hostname is not None
    connection = HTTPConnection(parts.hostname, parts.port, timeout=timeout)
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {key}"} if key is not None else {})
    try:
        if body is None:
            connection.request("GET", parts.path, headers=headers)
        else:
            connection.request("POST", parts.path, json.dumps(body), headers)
        with connection.getresponse() as response:
            yield response
    finally:
        connection.close()


def fetch(url: str, body: dict[str, Any] | None = None, *, key: str | None = None) -> tuple[int, Any]:
    """Status and JSON of a whole reply."""
    with opened(url, body, key=key) as response:
        return response.status, json.load(response)


def chat(url: str, **fields: Any) -> dict[str, Any]:
    """The one choice of a whole chat completion."""
    status, reply = fetch(f"{url}/chat/completions", {"messages": [USER], **fields})
    assert status == 200, reply
    choice: dict[str, Any] = reply["choices"][0]
    return choice


def chat_events(url: str, **fields: Any) -> list[dict[str, Any]]:
    """The events of a streamed chat completion, which must end with `[DONE]`."""
    with opened(f"{url}/chat/completions", {"messages": [USER], "stream": True, **fields}) as response:
        assert response.status == 200
        lines = [line for line in response.read().decode("utf-8").split("\n") if line]
    assert lines.pop() == "data: [DONE]"
    return [json.loads(line.removeprefix("data: ")) for line in lines]


def content(events: list[dict[str, Any]]) -> list[str]:
    """The pieces of text in a stream."""
    deltas = [event["choices"][0]["delta"] for event in events if event["choices"]]
    return [delta["content"] for delta in deltas if delta.get("content")]


def function(name: str, **properties: str) -> dict[str, Any]:
    """A tool to offer, with the types of its parameters, all required."""
    schema = {name: {"type": kind} for name, kind in properties.items()}
    parameters = {"type": "object", "properties": schema, "required": list(schema)}
    return {"type": "function", "function": {"name": name, "description": "A tool.", "parameters": parameters}}
