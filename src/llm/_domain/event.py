"""What arrives from a model while it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from .part import AttachmentPart, Opaque, ToolResultPart
from .usage import Usage

FinishReason: TypeAlias = Literal["stop", "length", "tool_calls", "content_filter", "refusal", "error", "other"]


@dataclass(frozen=True, slots=True)
class TextDelta:
    """
    A piece of text, short and in order. `refusal` marks a model's words for why it will not answer.

    `begins` says that a part begins here, also after another text. An empty piece with provider_metadata adds that to
    the text before it.
    """

    text: str
    refusal: bool = False
    provider_metadata: Opaque | None = None
    begins: bool = field(default=False, repr=False)


@dataclass(frozen=True, slots=True)
class ReasoningDelta:
    """
    A piece of reasoning. An empty one with provider_metadata adds that to the reasoning before it.

    `begins` says that a part begins here, also after other reasoning.
    """

    text: str = ""
    redacted: bool = False
    provider_metadata: Opaque | None = None
    begins: bool = field(default=False, repr=False)


@dataclass(frozen=True, slots=True)
class ToolCallDelta:
    """
    A piece of a tool call: deltas with the same `index` are one call, and their `arguments` (JSON text) are joined.

    `name` and `tool_call_id` come with the first piece.
    """

    index: int
    name: str = ""
    arguments: str = ""
    tool_call_id: str | None = None
    server_executed: bool = False
    provider_metadata: Opaque | None = None


@dataclass(frozen=True, slots=True)
class PartEvent:
    """A part that arrives whole: a file that the model made, or the result of a tool that the provider ran."""

    part: AttachmentPart | ToolResultPart


@dataclass(frozen=True, slots=True)
class UsageEvent:
    """What the answer has consumed so far; the last one counts."""

    usage: Usage


@dataclass(frozen=True, slots=True)
class Finish:
    """The end of a whole answer: why it ended, and `raw`, the provider's own word for it."""

    reason: FinishReason
    raw: str | None = None


Event: TypeAlias = TextDelta | ReasoningDelta | ToolCallDelta | PartEvent | UsageEvent | Finish
