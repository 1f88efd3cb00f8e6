"""The commands of `llm`, as data: the help of `llm` is printed from here, and a module imported when it is run."""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """A command: the module of this package that has it, its name there, and what it does in one line."""

    module: str
    attribute: str
    summary: str


COMMANDS: dict[str, Row] = {
    "prompt": Row("prompt", "prompt", "Ask a model"),
    "aliases": Row("aliases", "aliases", "Give models other names"),
    "endpoints": Row("endpoints", "endpoints", "Manage the servers that models are asked at"),
    "keys": Row("keys", "keys", "Manage stored API keys"),
    "logs": Row("logs", "logs", "Show what was asked and answered"),
    "models": Row("models", "models", "List models, and choose the default one"),
    "plugins": Row("plugins", "plugins", "List installed plugins, and switch them off and on"),
}
