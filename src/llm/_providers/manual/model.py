"""The offline model, which answers questions about LLM from its own manual."""

from __future__ import annotations

from collections.abc import Iterator

from ..._api.catalogue import Row
from ..._api.model import Model
from ..._domain.call import Call
from ..._domain.event import Event
from ..._domain.prompt import Prompt

ROW = Row(
    "manual",
    (),
    "manual",
    "Manual: manual (offline; quotes the manual of LLM, and is no language model)",
    details={"can_stream": True, "async": True},
)


class Manual(Model):
    """Quotes the section of the packaged manual that answers the prompt, offline."""

    model_id = "manual"
    can_stream = True

    def generate(self, prompt: Prompt, call: Call) -> Iterator[str | Event]:
        """The best section for the last thing that was asked."""
        from .answer import answer

        asked = next((message.text for message in reversed(prompt.messages) if message.role == "user"), "")
        yield from answer(asked)

    def __str__(self) -> str:
        return "Manual: manual"
