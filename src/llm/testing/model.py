"""A model that says what it is told to, for tests of what is built on models."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from threading import Lock
from typing import TypeAlias

from .._api.model import AsyncModel, Model
from .._domain.call import Call
from .._domain.event import Event, Finish
from .._domain.option import OptionTable
from .._domain.prompt import Prompt
from ..errors import RequestError

Answer: TypeAlias = str | Exception | Sequence[str | Event | Exception]


class _Scripted:
    """What both scripted models are."""

    can_stream = True
    supports_tools = True
    supports_schema = True
    attachment_types: Iterable[str] | None = None
    option_table: OptionTable | None = OptionTable(open=True)

    def __init__(self, *answers: Answer, repeat: bool = False, model_id: str = "scripted") -> None:
        self.model_id = model_id
        self.answers = answers
        self.repeat = repeat
        self.prompts: list[Prompt] = []
        self.calls: list[Call] = []
        self._lock = Lock()

    def generate(self, prompt: Prompt, call: Call) -> Iterator[str | Event]:
        """Give the next answer."""
        with self._lock:
            self.prompts.append(prompt)
            self.calls.append(call)
            number = len(self.prompts) - 1
        if number >= len(self.answers) and not (self.repeat and self.answers):
            raise RequestError(f"No answer is scripted for prompt {number}")
        for piece in _pieces(self.answers[min(number, len(self.answers) - 1)], call.stream):
            if isinstance(piece, Exception):
                raise piece
            yield piece


class ScriptedModel(_Scripted, Model):
    """
    A model whose answers are scripted, one per prompt.

        model = ScriptedModel("Hello!", ["Hel", "lo!", llm.Finish("stop")], llm.NetworkError("gone"))
        assert model.prompt("Hi").text() == "Hello!"
        assert model.prompts[0].prompt == "Hi"

    An answer is a text, which is streamed word by word, or a list of strings and events; an exception, alone or in a
    list, is raised. With `repeat` the last answer serves all prompts that follow; without, a prompt for which none is
    left raises `RequestError`. It takes any option, attachment, tool and schema. `prompts` and `calls` are what it was
    asked.
    """


class AsyncScriptedModel(_Scripted, AsyncModel):
    """The same as `ScriptedModel`, for code on an event loop."""


def _pieces(answer: Answer, stream: bool) -> Sequence[str | Event | Exception]:
    if isinstance(answer, str):
        words = re.findall(r"\s*\S+|\s+$", answer) if stream else [answer]
        return [*words, Finish("stop")]
    return [answer] if isinstance(answer, Exception) else answer
