"""
Reads a stream by a vendor's own client: `python -m bench.vendor_clients WIRE URL COUNT` prints the CPU of each event.

Run by the Python of the environment that has the clients. With `first` for COUNT the reply is short, and nothing is
printed: the whole process is what is measured.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from time import process_time
from typing import Any


def _chat(url: str) -> Iterator[str]:
    from openai import OpenAI

    client = OpenAI(base_url=f"{url}/v1", api_key="sk-test")
    for chunk in client.chat.completions.create(model="m", messages=[{"role": "user", "content": "Hi"}], stream=True):
        yield chunk.choices[0].delta.content or ""


def _responses(url: str) -> Iterator[str]:
    from openai import OpenAI

    client = OpenAI(base_url=f"{url}/v1", api_key="sk-test")
    for event in client.responses.create(model="m", input="Hi", stream=True):
        if event.type == "response.output_text.delta":
            yield event.delta


def _anthropic(url: str) -> Iterator[str]:
    from anthropic import Anthropic

    client = Anthropic(base_url=url, api_key="sk-test")
    for event in client.messages.create(
        model="m", max_tokens=9, messages=[{"role": "user", "content": "Hi"}], stream=True
    ):
        if event.type == "content_block_delta":
            yield event.delta.text


def _gemini(url: str) -> Iterator[str]:
    from google import genai
    from google.genai import types

    options = types.HttpOptions(base_url=url, api_version="v1beta")
    client = genai.Client(api_key="sk-test", http_options=options)
    for chunk in client.models.generate_content_stream(model="m", contents="Hi"):
        yield chunk.text or ""


def _ollama(url: str) -> Iterator[str]:
    from ollama import Client

    for chunk in Client(host=url).chat(model="m", messages=[{"role": "user", "content": "Hi"}], stream=True):
        yield chunk.message.content or ""


_CLIENTS: dict[str, Any] = {
    "chat": _chat,
    "responses": _responses,
    "anthropic": _anthropic,
    "gemini": _gemini,
    "ollama": _ollama,
}


def main() -> None:
    """Read the stream of the URL to its end."""
    wire, url, count = sys.argv[1:]
    pieces = _CLIENTS[wire](url)
    next(pieces)  # imports, the client and the connection are not a matter of events
    start = process_time()
    read = sum(1 for _ in pieces)
    if count != "first":
        assert read >= int(count) - 1, read
        print((process_time() - start) / read)


main()
