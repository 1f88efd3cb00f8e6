"""
What providers said of their models when they were last asked, as `llm models refresh` stores it.

One file per provider, `models/PROVIDER.json` in the user directory, so that those who refresh several at once do not
wait for each other: `{"when": 1795478400.0, "models": [{"id": "gpt-5.5", "created": 1776902400.0}, ...]}`. `when` and
`created` are seconds since the epoch, and what the provider did not say is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from .._config.endpoints import check_endpoint_name
from .._config.json_file import read_object
from .._domain.served_model import ServedModel
from ..errors import ConfigError

_FOLDER = "models"


@dataclass(frozen=True, slots=True)
class Refreshed:
    """The `models` that a provider listed at the time `when`, in seconds since the epoch."""

    when: float
    models: tuple[ServedModel, ...]


def read_refreshed(directory: Path) -> Mapping[str, Refreshed]:
    """What is stored in the user directory, by provider. Raises ConfigError that names a file which is damaged."""
    files = sorted((directory / _FOLDER).glob("*.json"))
    return {file.stem: _read(file) for file in files}


def write_refreshed(directory: Path, provider: str, models: Iterable[ServedModel], when: float) -> Path:
    """Store what *provider* listed at the time *when*, over what it listed before; the file. Raises ConfigError."""
    import json

    from .._config.atomic import write_atomically
    from .._config.paths import ensure_directory

    file = directory / _FOLDER / f"{check_endpoint_name(provider)}.json"
    ensure_directory(directory)
    ensure_directory(file.parent)
    rows = [{name: value for name, value in asdict(model).items() if value is not None} for model in models]
    write_atomically(file, json.dumps({"when": when, "models": rows}, indent=2) + "\n")
    return file


def _read(file: Path) -> Refreshed:
    stored = read_object(file)
    when, models = _number(stored.get("when"), file), stored.get("models")
    if when is None or not isinstance(models, list):
        raise _damaged(file)
    return Refreshed(when, tuple(_model(model, file) for model in models))


def _model(stored: Any, file: Path) -> ServedModel:
    if not isinstance(stored, dict) or not isinstance(stored.get("id"), str) or not stored["id"]:
        raise _damaged(file)
    title = stored.get("title")
    context, output, created = (_number(stored.get(name), file) for name in ("context", "output", "created"))
    if not isinstance(title, str | None):
        raise _damaged(file)
    return ServedModel(stored["id"], title, _tokens(context), _tokens(output), created)


def _number(value: Any, file: Path) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise _damaged(file)
    return float(value)


def _tokens(limit: float | None) -> int | None:
    return None if limit is None else int(limit)


def _damaged(file: Path) -> ConfigError:
    return ConfigError(
        f"{file} is not what llm models refresh stores",
        hint=f"Write it anew: llm models refresh {file.stem}",
    )
