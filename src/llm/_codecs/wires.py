"""The wire formats by name; each is imported when it is first spoken."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from ..errors import ConfigError

if TYPE_CHECKING:
    from .codec import Codec

WIRES = {
    "chat": "OpenAI Chat Completions",
    "responses": "OpenAI Responses",
    "anthropic": "Anthropic Messages",
    "gemini": "Google Gemini",
    "ollama": "Ollama",
}
"""Each wire is a module of this package, named as here, with the functions of `codec.Codec`."""


def codec(name: str) -> Codec:
    """The wire of this name. Raises ConfigError, which lists the names that there are."""
    found: Codec = import_module(f"{__package__}.{check_wire(name)}")
    return found


def check_wire(name: str) -> str:
    """*name*, where a wire is called so. Raises ConfigError, which lists the names that there are."""
    if name in WIRES:
        return name
    raise ConfigError(f"There is no wire {name!r}", hint=f"Wires are {', '.join(WIRES)}")
