"""What a message is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from .attachment import Attachment

Opaque: TypeAlias = Mapping[str, Any]
"""A provider's own data under the provider's name, which goes back to that provider unchanged, and to no other."""


@dataclass(frozen=True, slots=True)
class TextPart:
    """Text that was said. `refusal` marks a model's words for why it will not answer."""

    text: str = ""
    refusal: bool = field(default=False, kw_only=True)
    provider_metadata: Opaque | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True)
class ReasoningPart:
    """A model's reasoning. `redacted` says that it took place and that the provider withholds the words."""

    text: str = ""
    redacted: bool = field(default=False, kw_only=True)
    provider_metadata: Opaque | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True)
class ToolCallPart:
    """
    A model's request to call a tool.

    `arguments` is the decoded JSON object. Where a model wrote something else, `arguments` is empty and `raw` has
    what it wrote. `server_executed` marks calls that the provider ran itself.
    """

    name: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    tool_call_id: str | None = None
    server_executed: bool = field(default=False, kw_only=True)
    raw: str | None = field(default=None, kw_only=True)
    provider_metadata: Opaque | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True)
class ToolResultPart:
    """What a tool returned: `output` as text, and any files. `exception` is the error that it raised, as text."""

    name: str = ""
    output: str = ""
    tool_call_id: str | None = None
    attachments: tuple[Attachment, ...] = field(default=(), kw_only=True)
    exception: str | None = field(default=None, kw_only=True)
    server_executed: bool = field(default=False, kw_only=True)
    provider_metadata: Opaque | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        object.__setattr__(self, "attachments", tuple(self.attachments))


@dataclass(frozen=True, slots=True)
class AttachmentPart:
    """A file inside a message."""

    attachment: Attachment = field(default_factory=Attachment)
    provider_metadata: Opaque | None = field(default=None, kw_only=True)


Part: TypeAlias = TextPart | ReasoningPart | ToolCallPart | ToolResultPart | AttachmentPart
