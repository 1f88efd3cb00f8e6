"""One turn of a role."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from ..errors import RequestError
from .attachment import Attachment
from .part import AttachmentPart, Opaque, Part, TextPart

Content: TypeAlias = str | Attachment | Part
ROLES = ("system", "developer", "user", "assistant", "tool")


@dataclass(frozen=True, slots=True)
class Message:
    """What one role said: `role` is one of system, developer, user, assistant and tool."""

    role: str
    parts: tuple[Part, ...] = ()
    provider_metadata: Opaque | None = None

    def __post_init__(self) -> None:
        if self.role not in ROLES:
            raise RequestError(f"{self.role!r} is not the role of a message; roles are {', '.join(ROLES)}")
        parts: Any = self.parts
        one = isinstance(parts, str | Attachment | Part)
        if not one and not isinstance(parts, Iterable):
            raise RequestError(f"The parts of a message are a list, not {type(parts).__name__}")
        object.__setattr__(self, "parts", tuple(map(as_part, (parts,) if one else parts)))

    @property
    def text(self) -> str:
        """The text parts, joined."""
        return "".join(part.text for part in self.parts if isinstance(part, TextPart))

    def to_dict(self) -> dict[str, Any]:
        """The message as JSON values, from which `from_dict` makes an equal one."""
        from .message_json import to_dict

        return to_dict(self)

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Message:
        """A message from its `to_dict` form, or from an OpenAI-style dictionary. Raises RequestError."""
        from .message_json import from_dict

        return from_dict(value)


def as_part(value: Content) -> Part:
    """A part from what people write: a string, an attachment, or a part."""
    if isinstance(value, Part):
        return value
    if isinstance(value, str):
        return TextPart(value)
    if isinstance(value, Attachment):
        return AttachmentPart(value)
    raise RequestError(f"A message cannot hold {type(value).__name__}; use a string, an Attachment or a part")


def as_messages(values: str | Iterable[Message | Mapping[str, Any]] | None) -> tuple[Message, ...]:
    """Messages from what people write: Messages, dictionaries, or a JSON array of dictionaries."""
    if values is None:
        return ()
    if isinstance(values, str):
        from .message_json import decode_array

        values = decode_array(values)
    if isinstance(values, Message | Mapping) or not isinstance(values, Iterable):
        raise RequestError(f"Messages are a list, not {type(values).__name__}", hint="As in messages=[llm.user('Hi')]")
    return tuple(value if isinstance(value, Message) else Message.from_dict(value) for value in values)


def system(*items: Content, provider_metadata: Opaque | None = None) -> Message:
    """A system message of strings, attachments and parts."""
    return _message("system", items, provider_metadata)


def user(*items: Content, provider_metadata: Opaque | None = None) -> Message:
    """A user message of strings, attachments and parts."""
    return _message("user", items, provider_metadata)


def assistant(*items: Content, provider_metadata: Opaque | None = None) -> Message:
    """An assistant message of strings, attachments and parts."""
    return _message("assistant", items, provider_metadata)


def tool_message(*items: Content, provider_metadata: Opaque | None = None) -> Message:
    """A tool message, typically of tool results."""
    return _message("tool", items, provider_metadata)


def _message(
    role: str, items: Iterable[Content | list[Content] | tuple[Content, ...]], provider_metadata: Opaque | None
) -> Message:
    flat: list[Part] = []
    for item in items:
        flat.extend(map(as_part, item if isinstance(item, list | tuple) else (item,)))
    return Message(role, tuple(flat), provider_metadata)
