"""A program that is interrupted while it reads an answer, for test_interrupt.py: `python interrupted.py HOW URL`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import llm
from llm._api.app import App
from llm._engine.pipeline import Policy

HOW, URL, USER = sys.argv[1:]
CLEANED: list[str] = []


def app() -> App:
    made = App(Path(USER))
    (made.directory / "config.toml").write_text(f'[endpoints.test]\nbase_url = "{URL}"\n', encoding="utf-8")
    made.policy = Policy(recorder=made.journal(print))
    return made


class AsyncOnly(llm.AsyncModel):
    """What only an event loop can run, with a clean-up that waits."""

    model_id = "async-only"

    async def generate(self, prompt: Any, call: Any) -> Any:
        try:
            yield "one "
            await asyncio.sleep(30)
        finally:
            await asyncio.sleep(0.01)
            CLEANED.append("cleaned")


def tell(response: Any) -> None:
    try:
        response.text_or_raise()
    except llm.Incomplete as error:
        print(response.status, repr(error.text), *CLEANED, flush=True)


def plain(response: Any) -> None:
    try:
        for piece in response:
            print(piece, flush=True)
    except KeyboardInterrupt:
        tell(response)


async def on_a_loop(response: Any) -> None:
    try:
        async for piece in response:
            print(piece, flush=True)
    except asyncio.CancelledError:
        tell(response)


match HOW:
    case "plain":
        plain(app().get_model("test/m").prompt("go"))
    case "portal":
        from llm._api.sync_facade import SyncFacade

        model = AsyncOnly()
        model._app = app()
        plain(SyncFacade(model).prompt("go"))
    case "loop":
        asyncio.run(on_a_loop(app().get_async_model("test/m").prompt("go")))
