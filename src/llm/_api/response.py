"""The handle that plain code holds while a model answers."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import suppress
from typing import Any

from .._domain.event import Event, TextDelta
from .._domain.message import Message
from .._domain.tool import ToolCall
from .._domain.usage import Usage
from .._io.blocking import iterate, run
from .answer import Answer, _tool_calls
from .late_record import log


class Response(Answer):
    """
    An answer, read as it arrives: iterate over it for short strings, or call `text()` for all of it.

    Nothing is sent until it is first read, and nothing twice: a second read, from any thread, replays what came. Left
    early, it closes the connection and is `partial`: reading it again replays what arrived and raises Incomplete.
    Every method that needs the whole answer reads the rest first, and raises what kept it from being whole.
    """

    def __iter__(self) -> Iterator[str]:
        for event in self.events():
            if type(event) is TextDelta and event.text:
                yield event.text

    def events(self) -> Generator[Event, None, None]:
        """Every event of the answer as it comes: text, reasoning, tool calls, usage, finish."""
        return iterate(self._read().read())

    def text(self) -> str:
        """The whole text. Raises Incomplete, ProviderError or NetworkError where there is none."""
        self._rest()
        return self._read().text

    def messages(self) -> list[Message]:
        """The messages that the answer amounts to, ready to be sent back in `messages=`."""
        self._rest()
        return self._messages()

    def tool_calls(self) -> list[ToolCall]:
        """The calls to tools that the model asks for."""
        self._rest()
        return _tool_calls(self._parts())

    def usage(self) -> Usage:
        """The tokens that were consumed, as far as the provider said."""
        self._rest()
        return self._usage()

    def reasoning(self) -> str:
        """The visible reasoning; empty where there is none."""
        self._rest()
        return self._reasoning()

    def json(self) -> Any:
        """The text, decoded as JSON. Raises ValueError where it is not."""
        self._rest()
        return self._json()

    def debug(self) -> dict[str, Any]:
        """
        Facts about the finished answer; what is there varies by model. Of a failed one too: this raises no error.

        `model` asked and `resolved_model` that answered, `status`, `finish_reason` and the provider's own word for it
        (`raw_finish_reason`), `request_id`, `url`, `usage` (tokens), `timings` (seconds from sending to the
        `first_byte` and the `last_byte`), `attempts` that failed before, `error`, `refusal`, and `raw`, the provider's
        payload with secrets blotted out.
        """
        with suppress(Exception):  # the error is in the facts
            self._rest()
        return self._debug()

    def cancel(self) -> None:
        """Stop the answer: the connection is closed, and the response is `cancelled` where it had not ended."""
        run(self._read().leave("cancelled"))

    def log(self) -> None:
        """
        Keep this response in the history, also where it failed or was left early; once, however often it is called.

        One that is still running is read to its end first. Raises HistoryError where it cannot be kept.
        """
        self._to_record = True
        with suppress(Exception):  # the error is kept
            self._rest()
        run(log(self))

    def _rest(self) -> None:
        for _ in self.events():
            pass

    def __str__(self) -> str:
        return self.text()
