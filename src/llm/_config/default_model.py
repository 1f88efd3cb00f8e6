"""The model that is used when none is named."""

from __future__ import annotations

from pathlib import Path

from ..errors import ConfigError
from .text_file import read_text


class DefaultModel:
    """`default_model.txt` in the user directory: one model id or alias."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / "default_model.txt"

    def get(self) -> str | None:
        """The model that the user has set, or None. Raises ConfigError."""
        return (read_text(self.path) or "").strip() or None

    def set(self, model_id: str) -> None:
        """Use *model_id* when no model is named. Raises ConfigError."""
        from .atomic import write_atomically
        from .paths import ensure_directory

        if not model_id.strip() or not model_id.isprintable():
            raise ConfigError(f"{model_id!r} cannot be the name of a model")
        ensure_directory(self.path.parent)
        write_atomically(self.path, model_id.strip() + "\n")

    def clear(self) -> None:
        """Have no default model any more. Raises ConfigError."""
        try:
            self.path.unlink(missing_ok=True)
        except OSError as error:
            raise ConfigError(f"Cannot remove {self.path}: {error.strerror}") from error
