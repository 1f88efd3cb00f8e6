"""One reading of a long stream, in a process of its own: it prints the seconds of CPU that each event took."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import process_time
from typing import Any

from .answer import events

COUNT = 20_000


@dataclass(frozen=True)
class Reading:
    """A way to read the stream of *source*, by a Python."""

    way: str
    source: str
    python: Path
    environ: Mapping[str, str]

    def __call__(self) -> float:
        """Read; the seconds of CPU for each event."""
        command = [str(self.python), "-m", __name__, self.way, self.source]
        done = subprocess.run(command, env=dict(self.environ), stdout=subprocess.PIPE, text=True, check=True)
        return float(done.stdout)


class _Memory:
    """A transport, and a reply, that has the whole stream at hand and gives it event by event."""

    status = 200
    headers: Mapping[str, str] = {"content-type": "text/event-stream"}

    def __init__(self, stream: Sequence[bytes]) -> None:
        self._stream = stream

    @asynccontextmanager
    async def __call__(self, request: Any) -> AsyncIterator[_Memory]:
        yield self

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        for event in self._stream:
            yield event

    async def read(self) -> bytes:
        return b"".join(self._stream)

    def abort(self) -> None:
        """There is no connection to break off."""

    async def settle(self) -> None:
        """There is nothing left to read."""


def _bare(lines: Iterable[bytes]) -> None:
    for line in lines:
        if line.startswith(b"data: {"):
            json.loads(line[6:])


def _bare_http(url: str) -> None:
    connection = http.client.HTTPConnection(url.split("/")[2])
    connection.request("POST", "/v1/chat/completions", "{}")
    with connection.getresponse() as response:
        _bare(response)
    connection.close()


def _response(model: Any) -> None:
    pieces = sum(1 for _ in model.prompt("hi"))
    if pieces != COUNT:
        raise SystemExit(f"{pieces} pieces of text came, not {COUNT}")


def _reader(way: str, source: str) -> Callable[[], None]:
    """What reads the stream once: `bare` or as a `Response`, over loopback or from memory."""
    if way == "bare-loopback":
        return partial(_bare_http, source)
    if way == "bare-memory":
        return partial(_bare, events(COUNT))
    if way == "response-memory":
        from llm._api.app import App

        return partial(_response, App(transport=_Memory(events(COUNT))).get_model(source))
    import llm

    return partial(_response, llm.get_model(source))


def main() -> None:
    """Read twice, and print what the second time took."""
    read = _reader(*sys.argv[1:])
    read()
    start = process_time()
    read()
    print((process_time() - start) / COUNT)


if __name__ == "__main__":
    main()
