"""A JSON object in a file, which several processes may change."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..errors import ConfigError
from .text_file import read_text

_HINT = "Correct the file by hand, or move it away to begin a new one; it is left as it is"


def read_object(path: Path) -> dict[str, Any]:
    """
    The object that *path* holds, empty where there is no such file.

    Raises ConfigError that says where the file is broken, and never what it says there: it may hold keys.
    """
    text = read_text(path)
    if text is None:
        return {}
    try:
        found: Any = json.loads(text)
        problem = None if isinstance(found, dict) else "holds JSON, but not an object"
    except json.JSONDecodeError as error:
        problem = f"is not valid JSON (line {error.lineno}, column {error.colno})"
    except (ValueError, RecursionError):
        problem = "is not JSON that can be read"
    if problem:
        raise ConfigError(f"{path} {problem}", hint=_HINT)
    assert isinstance(found, dict)
    return found


def update_object(
    path: Path, change: Callable[[dict[str, Any]], object], *, mode: int | None = None, indent: int = 2
) -> None:
    """Let *change* alter the object that *path* holds, with nobody else changing it meanwhile. Raises ConfigError."""
    from .atomic import write_atomically
    from .lock import FileLock
    from .paths import ensure_directory

    ensure_directory(path.parent)
    with FileLock(path):
        values = read_object(path)
        change(values)
        # ASCII, as the older package reads these files in whatever encoding the platform prefers.
        write_atomically(path, json.dumps(values, indent=indent) + "\n", mode)
