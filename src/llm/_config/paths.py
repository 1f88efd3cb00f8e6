"""Where the files of a user are."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from ..errors import ConfigError

_APP = "io.datasette.llm"
_HINT = "Set LLM_USER_PATH to a directory that you can write to"


def user_dir(*, create: bool = False) -> Path:
    """
    The directory that holds a user's keys, settings and history.

    It is $LLM_USER_PATH, else the place that the platform gives to applications (the one that click names for
    `io.datasette.llm`). It is made only when *create* is true, readable by its owner alone. Raises ConfigError.
    """
    chosen = os.environ.get("LLM_USER_PATH")
    path = _home_expanded(chosen) if chosen else _app_dir()
    if create:
        ensure_directory(path)
    return path


def ensure_directory(path: Path) -> None:
    """Make *path* a directory that only its owner can read, unless it exists. Raises ConfigError."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except FileExistsError:
        raise ConfigError(f"The user directory {path} cannot be used: it is a file", hint=_HINT) from None
    except OSError as error:
        raise ConfigError(f"The user directory {path} cannot be created: {error.strerror}", hint=_HINT) from error


def _app_dir() -> Path:
    # The same answers as click.get_app_dir, which would cost the import of click where it is not otherwise needed.
    if sys.platform.startswith("win"):
        return Path(os.environ["APPDATA"] if "APPDATA" in os.environ else _home_expanded("~")) / _APP
    if sys.platform == "darwin":
        return _home_expanded("~/Library/Application Support") / _APP
    configured = os.environ.get("XDG_CONFIG_HOME")
    return (Path(configured) if configured is not None else _home_expanded("~/.config")) / _APP


def _home_expanded(path: str) -> Path:
    try:
        return Path(path).expanduser()
    except RuntimeError:
        raise ConfigError(f"There is no user directory: nobody knows the home in {path}", hint=_HINT) from None
