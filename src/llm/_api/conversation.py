"""A chain of prompts and their responses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .._domain.attachment import Attachment
from .._domain.message import Message
from .._domain.prompt import Prompt
from .._domain.tool import AnyTool, ToolResult
from .._storage.ids import new_id
from .async_response import AsyncResponse
from .response import Response

if TYPE_CHECKING:
    from .model import AsyncModel, BaseModel, Model
    from .past import Past

R = TypeVar("R")


class BaseConversation(Generic[R]):
    """
    What conversations of both kinds share.

    `responses` are those that were answered whole, in order; `id` names the conversation in the history. *past* is
    what was said before, in a conversation of the history.
    """

    def __init__(self, model: BaseModel[R, Any], id: str | None = None, *, past: Past | None = None) -> None:
        self.model = model
        self.id = id or new_id()
        self._past = past
        self._own: list[R] = []

    @cached_property
    def responses(self) -> list[R]:
        """The responses that were answered whole; of a conversation from the history, those of before too."""
        if self._past is None:
            return self._own
        from .past import responses

        return responses(self._past, self) + self._own

    @property
    def messages(self) -> tuple[Message, ...]:
        """What was said so far, without the system prompt."""
        last: Any = self._last
        if last is None:
            return () if self._past is None else self._past.messages
        return (*last.prompt.earlier, *last.prompt.input, *last._messages())

    @property
    def _last(self) -> R | None:
        """The response that was answered whole last, since the conversation was loaded."""
        said = self.responses if self._past is None else self._own
        return said[-1] if said else None

    def _answered(self, response: R) -> None:
        """Take up a response that was answered whole."""
        if self.responses is not self._own:
            self.responses.append(response)
        self._own.append(response)

    def prompt(
        self,
        prompt: str | None = None,
        *,
        fragments: Iterable[str] | None = (),
        system_fragments: Iterable[str] | None = (),
        attachments: Iterable[Attachment] | None = (),
        system: str | None = None,
        stream: bool = True,
        schema: Any = None,
        tools: Iterable[AnyTool | Callable[..., Any]] | None = None,
        tool_results: Iterable[ToolResult] | None = None,
        options: Mapping[str, Any] | None = None,
        hide_reasoning: bool = False,
        key: str | None = None,
        fallbacks: Iterable[str | BaseModel[Any, Any]] = (),
        **kwargs: Any,
    ) -> R:
        """
        Ask within the conversation, with the arguments of `Model.prompt`.

        What is sent before this turn's input is what had been answered whole when the response is first read. A turn
        without `system` keeps the system prompt of the last one; in a conversation that was loaded from the history,
        one without `tools` keeps these too, and options that it does not set.
        """
        fields = dict(
            fragments=fragments, system_fragments=system_fragments, attachments=attachments, system=system,
            schema=schema, tools=tools, tool_results=tool_results, hide_reasoning=hide_reasoning, kwargs=kwargs,
        )  # fmt: skip
        asked = self.model._asked(prompt, fields, options)
        if self._past is not None:
            asked = asked.replace(
                options={**self._past.options, **dict(asked.options)},
                tools=self._past.tools if tools is None else asked.tools,
            )
        return self.execute(asked, stream, key=key, fallbacks=fallbacks)

    def stream(self, prompt: str | Prompt | None = None, *, key: str | None = None, **kwargs: Any) -> R:
        """Short for `execute(..., stream=True)`: a prepared Prompt, or what `prompt()` takes."""
        if isinstance(prompt, Prompt):
            return self.execute(prompt, True, key=key)
        return self.prompt(prompt, stream=True, key=key, **kwargs)

    def execute(
        self,
        prompt: Prompt,
        stream: bool = True,
        *,
        key: str | None = None,
        fallbacks: Iterable[str | BaseModel[Any, Any]] = (),
    ) -> R:
        """Ask a prepared Prompt within the conversation."""
        return self.model._respond(prompt, stream, key, self, fallbacks)

    def _continue(self, prompt: Prompt) -> tuple[Prompt, str | None]:
        """
        The prompt with what was said before it, and the id of the message that its input follows, where it is known;
        called once, when its response is first read.
        """
        last: Any = self._last
        if last is not None:
            head, system = last._trace.head, last.prompt.system
        elif self._past is not None:
            head, system = self._past.head, self._past.system
        else:
            return prompt, None
        after = None if prompt.earlier else head
        prompt = prompt.replace(messages=(*self.messages, *prompt.earlier))
        if not prompt.system and system:
            prompt = prompt.replace(system=system)
        from .checks import check_prompt

        check_prompt(self.model, prompt)
        return prompt, after

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id} with {self.model.model_id}: {len(self.responses)} responses>"


class Conversation(BaseConversation[Response]):
    """A conversation for plain code: `conversation.prompt("...")` gives a Response."""

    model: Model


class AsyncConversation(BaseConversation[AsyncResponse]):
    """A conversation for code on an event loop: `conversation.prompt("...")` gives an AsyncResponse."""

    model: AsyncModel
