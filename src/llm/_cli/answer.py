"""An answer on its way to the screen."""

from __future__ import annotations

import sys
from contextlib import closing, suppress
from typing import TYPE_CHECKING

from .._domain.event import PartEvent, ReasoningDelta, TextDelta
from .._domain.part import AttachmentPart
from . import signals
from .stderr import say
from .visible import visible

if TYPE_CHECKING:
    from .._api.response import Response
    from .._domain.attachment import Attachment
    from .media_output import MediaOutput


class AnswerPrinter:
    """
    Writes each piece of an answer as it comes: text to standard output, where *text* is wanted, and reasoning, where
    it is wanted and standard error is a terminal, dimmed to there. Files that the model makes go to *output*.

    On a terminal control characters are made visible; anywhere else text arrives unchanged, in UTF-8.
    """

    def __init__(self, *, text: bool, reasoning: bool, output: MediaOutput | None = None) -> None:
        self._text = text
        self._output = output
        self._reasoning = reasoning and sys.stderr.isatty()
        self._safe = visible if sys.stdout.isatty() else str
        self._in_line = False
        self._in_reasoning = False

    def print(self, response: Response) -> None:
        """Print *response* to its end. However it ends, what comes next on the screen begins a new line."""
        with signals.once(), closing(response.events()) as events:
            try:
                for event in events:
                    if type(event) is TextDelta and self._text:
                        self._write(event.text)
                    elif type(event) is ReasoningDelta and self._reasoning:
                        self._muse(event.text)
                    elif type(event) is PartEvent and isinstance(event.part, AttachmentPart):
                        self._save(event.part.attachment)
            except BaseException as error:
                if isinstance(error, KeyboardInterrupt):
                    response.cancel()
                self._break_off()
                raise
        self._end_reasoning()
        if self._text:
            self._put("\n")

    def _write(self, text: str) -> None:
        if text:
            self._end_reasoning()
            self._in_line = not text.endswith("\n")  # first, for Ctrl-C may come right after the text
            self._put(self._safe(text))

    def _muse(self, text: str) -> None:
        if text:
            say(text, nl=False, dim=True)
            self._in_reasoning = True

    def _save(self, attachment: Attachment) -> None:
        """Save a file that the model made."""
        if self._output is None:
            from .media_output import MediaOutput

            self._output = MediaOutput(None)
        self._end_reasoning()
        if self._in_line and sys.stdout.isatty():
            self._in_line = False
            self._put("\n")
        self._output.save(attachment)

    def _end_reasoning(self) -> None:
        if self._in_reasoning:
            say("")
            self._in_reasoning = False

    def _break_off(self) -> None:
        self._end_reasoning()
        if self._in_line:
            with suppress(OSError):  # what broke it off is the news
                self._put("\n")

    def _put(self, text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()
