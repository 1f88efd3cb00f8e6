"""What a scripted model says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from ..errors import RequestError
from .chat_format import CONTROL_TOKENS


def tool_call(name: str, arguments: Mapping[str, Any] | None = None) -> str:
    """
    The text with which a scripted model calls a tool; join several for several calls.

    The server only lets through calls of tools that the request offers, with arguments in the order of the tool's
    schema: a script that calls anything else is bent to what fits.
    """
    call = {"name": name, "arguments": dict(arguments or {})}
    return f"<tool_call>\n{json.dumps(call, ensure_ascii=False)}\n</tool_call>"


@dataclass(frozen=True, slots=True)
class Script:
    """
    The three answers of a scripted model, told apart by what the request holds.

    `chat` answers a request without tools, `use_tool` one that offers tools, `after_tool` one whose last message is
    a tool's result. Each is any text: `tool_call()` writes a call, `<think>...</think>` before the answer is
    reasoning, JSON suits a schema that is asked for. An empty text is an empty answer. Raises `RequestError` for what
    the model cannot say: a lone surrogate, which UTF-8 does not have, or a control token of its chat format, such as
    `<|im_end|>`.
    """

    chat: str = "Hello! I am a small scripted model, and every word of this answer was known in advance."
    use_tool: str = tool_call("get_weather", {"city": "Paris"})
    after_tool: str = "The tool has answered, and this is what follows from it."

    def __post_init__(self) -> None:
        for part, text in self.parts().items():
            _check(part, text)

    def parts(self) -> dict[str, str]:
        """The texts by the names of their fields."""
        return {part.name: getattr(self, part.name) for part in fields(self)}


def _check(part: str, text: str) -> None:
    if not isinstance(text, str):
        raise RequestError(f"The script's {part!r} is {type(text).__name__}, not text.")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        reason = f"a lone surrogate at position {error.start}"
        raise RequestError(f"The script's {part!r} cannot be written as UTF-8: {reason}.") from None
    for token in CONTROL_TOKENS:
        if token in text:
            raise RequestError(
                f"The script's {part!r} holds {token}, a control token of the chat format.",
                hint="Control tokens steer a chat and are never shown: leave it out.",
            )
