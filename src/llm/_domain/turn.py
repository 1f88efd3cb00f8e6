"""One prompt with its response, as the history keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from .message import Message
from .part import Part, ReasoningPart, TextPart
from .usage import Usage

Status: TypeAlias = Literal["running", "done", "partial", "error", "cancelled"]


@dataclass(frozen=True, slots=True)
class Turn:
    """
    What was asked, what came back, and how it went.

    `id` and `conversation` are ULIDs in lower case, so that they sort by time. `input` are the messages that this turn
    added, and `after` the id of the message that they follow (None: they are the first); `system` is the system prompt
    that was sent before all of them. `fragments` and `system_fragments` are texts that `prompt` and `system` begin
    with; `template` is the name of the template that made the prompt. `parts` is the answer.

    `started` is in seconds since the epoch (UTC), `duration_ms` the time to the last byte and `first_byte_ms` to the
    first. `finish_reason` is the provider's own word. `price_key` says whose prices hold, as `provider/model`. `raw`
    is the provider's payload as JSON values. `attempts` lists the tries that failed before, as JSON values.
    """

    id: str
    conversation: str
    model: str = field(kw_only=True)
    input: tuple[Message, ...] = field(default=(), kw_only=True)
    after: str | None = field(default=None, kw_only=True)
    system: str = field(default="", kw_only=True)
    fragments: tuple[str, ...] = field(default=(), kw_only=True)
    system_fragments: tuple[str, ...] = field(default=(), kw_only=True)
    template: str | None = field(default=None, kw_only=True)
    options: Mapping[str, Any] = field(default_factory=dict, kw_only=True)
    schema: Mapping[str, Any] | None = field(default=None, kw_only=True)
    tools: tuple[Mapping[str, Any], ...] = field(default=(), kw_only=True)
    status: Status = field(default="running", kw_only=True)
    parts: tuple[Part, ...] = field(default=(), kw_only=True)
    resolved_model: str | None = field(default=None, kw_only=True)
    usage: Usage = field(default_factory=Usage, kw_only=True)
    price_key: str | None = field(default=None, kw_only=True)
    started: float = field(default=0.0, kw_only=True)
    duration_ms: int | None = field(default=None, kw_only=True)
    first_byte_ms: int | None = field(default=None, kw_only=True)
    finish_reason: str | None = field(default=None, kw_only=True)
    request_id: str | None = field(default=None, kw_only=True)
    attempts: tuple[Mapping[str, Any], ...] = field(default=(), kw_only=True)
    error: str | None = field(default=None, kw_only=True)
    raw: Any = field(default=None, kw_only=True, repr=False)

    @property
    def prompt(self) -> str:
        """This turn's own text, fragments included."""
        return self.input[-1].text if self.input and self.input[-1].role == "user" else ""

    @property
    def answer(self) -> tuple[Message, ...]:
        """The message that the answer amounts to; none where nothing arrived."""
        return (Message("assistant", self.parts),) if self.parts else ()

    @property
    def text(self) -> str:
        """The answer's text."""
        return "".join(part.text for part in self.parts if isinstance(part, TextPart))

    @property
    def reasoning(self) -> str:
        """The answer's visible reasoning."""
        return "".join(part.text for part in self.parts if isinstance(part, ReasoningPart))
