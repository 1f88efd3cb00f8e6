"""A chain of prompts and their responses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
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

R = TypeVar("R")


class BaseConversation(Generic[R]):
    """
    What conversations of both kinds share.

    `responses` are those that were answered whole, in order; `id` names the conversation in the history.
    """

    def __init__(self, model: BaseModel[R, Any], id: str | None = None) -> None:
        self.model = model
        self.id = id or new_id()
        self.responses: list[R] = []

    @property
    def messages(self) -> tuple[Message, ...]:
        """What was said so far, without the system prompt."""
        said: list[Message] = []
        for response in self.responses:
            prompt: Prompt = response.prompt  # type: ignore[attr-defined]
            said = [*prompt.earlier, *prompt.input, *response._messages()]  # type: ignore[attr-defined]
        return tuple(said)

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
        **kwargs: Any,
    ) -> R:
        """
        Ask within the conversation, with the arguments of `Model.prompt`.

        What is sent before this turn's input is what had been answered whole when the response is first read. A turn
        without `system` keeps the system prompt of the last one.
        """
        fields = dict(
            fragments=fragments, system_fragments=system_fragments, attachments=attachments, system=system,
            schema=schema, tools=tools, tool_results=tool_results, hide_reasoning=hide_reasoning, kwargs=kwargs,
        )  # fmt: skip
        return self.execute(self.model._asked(prompt, fields, options), stream, key=key)

    def stream(self, prompt: str | Prompt | None = None, *, key: str | None = None, **kwargs: Any) -> R:
        """Short for `execute(..., stream=True)`: a prepared Prompt, or what `prompt()` takes."""
        if isinstance(prompt, Prompt):
            return self.execute(prompt, True, key=key)
        return self.prompt(prompt, stream=True, key=key, **kwargs)

    def execute(self, prompt: Prompt, stream: bool = True, *, key: str | None = None) -> R:
        """Ask a prepared Prompt within the conversation."""
        return self.model._respond(prompt, stream, key, self)

    def _continue(self, prompt: Prompt) -> Prompt:
        """The prompt with what was said before it; called once, when its response is first read."""
        if not self.responses:
            return prompt
        last: Prompt = self.responses[-1].prompt  # type: ignore[attr-defined]
        prompt = prompt.replace(messages=(*self.messages, *prompt.earlier))
        if not prompt.system and last.system:
            prompt = prompt.replace(system=last.system)
        from .checks import check_prompt

        check_prompt(self.model, prompt)
        return prompt

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id} with {self.model.model_id}: {len(self.responses)} responses>"


class Conversation(BaseConversation[Response]):
    """A conversation for plain code: `conversation.prompt("...")` gives a Response."""

    model: Model


class AsyncConversation(BaseConversation[AsyncResponse]):
    """A conversation for code on an event loop: `conversation.prompt("...")` gives an AsyncResponse."""

    model: AsyncModel
