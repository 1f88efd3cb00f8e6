"""The handle that code on an event loop holds while a model answers."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from contextlib import aclosing, suppress
from typing import Any, Self

from .._domain.event import Event, TextDelta
from .._domain.message import Message
from .._domain.tool import ToolCall
from .._domain.usage import Usage
from .answer import Answer, _tool_calls
from .async_reader import AsyncReader
from .late_record import log


class AsyncResponse(Answer):
    """
    An answer, awaited as it arrives: `async for` gives short strings, `await response.text()` all of it.

    It behaves as `Response` does, and `await response` waits for the end and gives the response itself. A task that is
    cancelled while it waits for the next piece cancels the answer.
    """

    def __aiter__(self) -> AsyncReader[str]:
        return AsyncReader(self._read(), self._texts)

    async def _texts(self, reader: object) -> AsyncGenerator[str, None]:
        async with aclosing(self._read().read(reader)) as events:
            async for event in events:
                if type(event) is TextDelta and event.text:
                    yield event.text

    def __await__(self) -> Generator[Any, None, Self]:
        return self._whole().__await__()

    def events(self) -> AsyncReader[Event]:
        """Every event of the answer as it comes: text, reasoning, tool calls, usage, finish."""
        reading = self._read()
        return AsyncReader(reading, reading.read)

    async def text(self) -> str:
        """The whole text. Raises Incomplete, ProviderError or NetworkError where there is none."""
        await self._rest()
        return self._read().text

    async def messages(self) -> list[Message]:
        """The messages that the answer amounts to, ready to be sent back in `messages=`."""
        await self._rest()
        return self._messages()

    async def tool_calls(self) -> list[ToolCall]:
        """The calls to tools that the model asks for."""
        await self._rest()
        return _tool_calls(self._parts())

    async def usage(self) -> Usage:
        """The tokens that were consumed, as far as the provider said."""
        await self._rest()
        return self._usage()

    async def reasoning(self) -> str:
        """The visible reasoning; empty where there is none."""
        await self._rest()
        return self._reasoning()

    async def json(self) -> Any:
        """The text, decoded as JSON. Raises ValueError where it is not."""
        await self._rest()
        return self._json()

    async def debug(self) -> dict[str, Any]:
        """Facts about the finished answer, as `Response.debug` describes them; of a failed one too."""
        with suppress(Exception):  # the error is in the facts
            await self._rest()
        return self._debug()

    async def cancel(self) -> None:
        """Stop the answer: the connection is closed, and the response is `cancelled` where it had not ended."""
        await self._read().leave("cancelled")

    async def log(self) -> None:
        """Keep this response in the history, as `Response.log` does."""
        self._to_record = True
        with suppress(Exception):  # the error is kept
            await self._rest()
        await log(self)

    async def _rest(self) -> None:
        async with aclosing(self._read().read()) as events:
            async for _ in events:
                pass

    async def _whole(self) -> Self:
        await self._rest()
        return self
