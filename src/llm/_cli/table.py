"""The commands of `llm`, as data: the help of `llm` is printed from here, and a module imported when it is run."""

from __future__ import annotations

# Each command with the module of this package that has it, its name there, and what it does in one line.
COMMANDS: dict[str, tuple[str, str, str]] = {
    "prompt": ("prompt", "prompt", "Ask a model"),
    "aliases": ("aliases", "aliases", "Give models other names"),
    "conversations": ("conversations", "conversations", "List conversations, read them, name them, fork them"),
    "convs": ("conversations", "conversations", "Short for conversations"),
    "endpoints": ("endpoints", "endpoints", "Manage the servers that models are asked at"),
    "keys": ("keys", "keys", "Manage stored API keys"),
    "logs": ("logs", "logs", "Show what was asked and answered"),
    "models": ("models", "models", "List models, and choose the default one"),
    "plugins": ("plugins", "plugins", "List installed plugins, and switch them off and on"),
}
