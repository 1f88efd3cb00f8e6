"""Reading a file of the user directory."""

from __future__ import annotations

from pathlib import Path

from ..errors import ConfigError


def read_text(path: Path) -> str | None:
    """The text of *path*, without a byte order mark, or None where there is no such file. Raises ConfigError."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigError(f"Cannot read {path}: {error.strerror}") from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        position = error.start
    # Raised out here so that the error does not carry the bytes of the file along: they may be keys.
    raise ConfigError(f"{path} is not UTF-8 text (byte {position})", hint="Save it as UTF-8")
