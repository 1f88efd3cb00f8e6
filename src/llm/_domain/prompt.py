"""Everything that is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import dropwhile
from typing import Any

from ..errors import RequestError
from .attachment import Attachment
from .message import Message, as_messages
from .option import OptionValues
from .part import AttachmentPart, Part, TextPart
from .schema import as_schema
from .tool import AnyTool, ToolResult, as_tools


class Prompt:
    """
    Everything that a model is asked, as an immutable value: change one with `replace()`.

    `prompt` is this turn's text, `system` the system prompt, `messages` what was said earlier (Messages, OpenAI-style
    dictionaries, or a JSON array of these), `fragments` texts that are joined before the prompt, `attachments` files,
    `tools` what the model may call, `tool_results` what its calls returned, `schema` the JSON Schema of the answer,
    `options` settings such as temperature, `template` the name of the template that made it. `prompt.messages` is
    exactly what the model is sent.

    Raises RequestError where two system prompts differ or a message cannot be read.
    """

    __slots__ = (
        "_earlier",
        "_prompt",
        "_system",
        "attachments",
        "fragments",
        "hide_reasoning",
        "model",
        "options",
        "schema",
        "system_fragments",
        "template",
        "tool_results",
        "tools",
    )

    _earlier: tuple[Message, ...]
    _prompt: str | None
    _system: str | None
    attachments: tuple[Attachment, ...]
    fragments: tuple[str, ...]
    hide_reasoning: bool
    model: Any
    options: Any
    schema: dict[str, Any] | None
    system_fragments: tuple[str, ...]
    template: str | None
    tool_results: tuple[ToolResult, ...]
    tools: tuple[AnyTool, ...]

    def __init__(
        self,
        prompt: str | None = None,
        model: Any = None,
        *,
        fragments: Iterable[str] | None = (),
        system_fragments: Iterable[str] | None = (),
        attachments: Iterable[Attachment] | None = (),
        system: str | None = None,
        messages: str | Iterable[Message | Mapping[str, Any]] | None = None,
        schema: Any = None,
        tools: Iterable[AnyTool | Callable[..., Any]] | None = None,
        tool_results: Iterable[ToolResult] | None = None,
        options: Any = None,
        hide_reasoning: bool = False,
        template: str | None = None,
    ) -> None:
        if prompt is not None and not isinstance(prompt, str):
            raise RequestError(f"A prompt is text, not {type(prompt).__name__}", hint="Pass messages= for messages")
        if system is not None and not isinstance(system, str):
            raise RequestError(f"A system prompt is text, not {type(system).__name__}")
        earlier = as_messages(messages)
        leading, earlier = _split_system(earlier)
        if system is not None and leading is not None and system != leading:
            raise RequestError("system= and the leading system message differ", hint="Give one of them")
        set_ = object.__setattr__
        set_(self, "_prompt", prompt)
        set_(self, "_system", leading if system is None else system)
        set_(self, "_earlier", earlier)
        set_(self, "model", model)
        set_(self, "fragments", tuple(map(str, _several("fragments", fragments, str))))
        set_(self, "system_fragments", tuple(map(str, _several("system_fragments", system_fragments, str))))
        set_(self, "attachments", _several("attachments", attachments, Attachment))
        set_(self, "schema", as_schema(schema))
        set_(self, "tools", as_tools(tools))
        set_(self, "tool_results", _several("tool_results", tool_results, ToolResult))
        set_(self, "options", _as_options(options))
        set_(self, "hide_reasoning", hide_reasoning)
        set_(self, "template", template)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"A Prompt is immutable; use prompt.replace({name.lstrip('_')}=...)")

    def __delattr__(self, name: str) -> None:
        self.__setattr__(name, None)

    def __copy__(self) -> Prompt:
        return self

    def __deepcopy__(self, memo: object) -> Prompt:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return _from_fields, (self._fields(),)

    @property
    def prompt(self) -> str:
        """This turn's text: the fragments and the prompt, joined by line ends."""
        return "\n".join([*self.fragments, *([self._prompt] if self._prompt else [])])

    @property
    def system(self) -> str:
        """The system prompt: its fragments and its text, joined by blank lines; empty where there is none."""
        pieces = (piece.strip() for piece in (*self.system_fragments, self._system or ""))
        return "\n\n".join(piece for piece in pieces if piece) if self.system_fragments else self._system or ""

    @property
    def messages(self) -> tuple[Message, ...]:
        """Exactly what the model is sent: the system prompt, what was said earlier, and this turn's input."""
        leading = (Message("system", (TextPart(self.system),)),) if self.system else ()
        return (*leading, *self._earlier, *self.input)

    @property
    def earlier(self) -> tuple[Message, ...]:
        """What was said before this turn, without the system prompt."""
        return self._earlier

    @property
    def input(self) -> tuple[Message, ...]:
        """The messages that this turn adds: tool results, then text with attachments."""
        messages: list[Message] = []
        if self.tool_results:
            messages.append(Message("tool", tuple(result.part() for result in self.tool_results)))
        text = self.prompt
        parts: list[Part] = [TextPart(text)] if text else []
        parts += map(AttachmentPart, self.attachments)
        if parts:
            messages.append(Message("user", tuple(parts)))
        return tuple(messages)

    def replace(self, **changes: Any) -> Prompt:
        """A prompt like this one but for *changes*, which are arguments of `Prompt`."""
        return Prompt(**{**self._fields(), **changes})

    def _fields(self) -> dict[str, Any]:
        """The arguments that make this prompt."""
        fields: dict[str, Any] = {name: getattr(self, name) for name in self.__slots__ if not name.startswith("_")}
        return fields | {"prompt": self._prompt, "system": self._system, "messages": self._earlier}

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Prompt):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.__slots__)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        shown = [repr(self._prompt)]
        shown += [f"{name}={getattr(self, name)!r}" for name in ("system", "attachments", "schema", "tools")
                  if getattr(self, name)]  # fmt: skip
        if self._earlier:
            shown.append(f"messages=<{len(self._earlier)} earlier>")
        if self.options:
            shown.append(f"options={self.options!r}")
        return f"Prompt({', '.join(shown)})"


def _from_fields(fields: dict[str, Any]) -> Prompt:
    return Prompt(**fields)


def _as_options(options: Any) -> Any:
    """Options as values; those that a model has validated already keep their type, which knows the model's names."""
    if isinstance(options, OptionValues) or hasattr(options, "model_dump"):
        return options
    if isinstance(options, Mapping | None):
        return OptionValues(options, options or ())
    raise RequestError(f"Options are a mapping, not {type(options).__name__}", hint="As in options={'temperature': 0}")


def _several(name: str, values: Any, kind: type) -> tuple[Any, ...]:
    """The items of a list of *kind*. Raises RequestError, also for a text, which would be taken letter by letter."""
    if isinstance(values, str) or not isinstance(values, Iterable | None):
        raise RequestError(f"{name} is a list, not {type(values).__name__}", hint=f"As in {name}=[...]")
    items = tuple(values or ())
    for item in items:
        if not isinstance(item, kind):
            raise RequestError(f"{name} is a list of {kind.__name__}, and holds {type(item).__name__}")
    return items


def _split_system(messages: tuple[Message, ...]) -> tuple[str | None, tuple[Message, ...]]:
    """The text of the leading system messages, joined by blank lines, and the messages after them."""
    after = tuple(dropwhile(_is_system_text, messages))
    leading = messages[: len(messages) - len(after)]
    return "\n\n".join(filter(None, (message.text for message in leading))) if leading else None, after


def _is_system_text(message: Message) -> bool:
    return message.role == "system" and all(isinstance(part, TextPart) for part in message.parts)
