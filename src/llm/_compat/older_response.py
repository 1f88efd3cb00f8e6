"""The `response` that plugins of the older contract are given, to say what they learn."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from .._domain.call import Call
from .._domain.event import Event, UsageEvent
from .._domain.prompt import Prompt
from .._domain.tool import ToolCall
from .._domain.usage import Usage
from .translation import Translation


class OlderResponse:
    """
    What a plugin may set and call while it executes: `set_usage()`, `add_tool_call()`, `set_resolved_model()`, and
    `response_json`, the provider's payload.
    """

    def __init__(self, prompt: Prompt, model: Any, call: Call, translation: Translation) -> None:
        self.prompt = prompt
        self.model = model
        self.stream = call.stream
        self.conversation = call.conversation
        self._prompt_json: Any = None
        self._call = call
        self._translation = translation
        self._said: list[Event] = []
        self._tool_calls: list[ToolCall] = []

    def set_usage(
        self, *, input: int | None = None, output: int | None = None, details: Mapping[str, Any] | None = None
    ) -> None:
        """Note the tokens consumed."""
        self._said.append(UsageEvent(Usage(input, output, details)))

    def add_tool_call(self, tool_call: ToolCall) -> None:
        """Note a call to a tool that the model asks for; one that is also yielded as events counts once."""
        self._tool_calls.append(tool_call)

    def set_resolved_model(self, model_id: str) -> None:
        """Note the model that answers."""
        self._call.trace.model = model_id

    @property
    def response_json(self) -> Any:
        """The provider's payload; what a plugin sets here is kept also where the plugin fails afterwards."""
        return self._call.trace.raw

    @response_json.setter
    def response_json(self, payload: Any) -> None:
        self._call.trace.raw = payload

    @property
    def resolved_model(self) -> str | None:
        """The model that answers, where it is known."""
        return self._call.trace.model

    @resolved_model.setter
    def resolved_model(self, model_id: str | None) -> None:
        self._call.trace.model = model_id

    def said(self) -> Iterator[Event]:
        """What was noted since this was last asked, as events."""
        said, self._said = self._said, []
        yield from said

    def ended(self) -> Iterator[Event]:
        """What is left when the plugin has yielded everything: the tool calls stand at the end of the answer."""
        yield from self.said()
        for call in self._tool_calls:
            if not self._translation.knows(call.tool_call_id):
                yield self._translation.called(call.name, json.dumps(dict(call.arguments or {})), call.tool_call_id)
