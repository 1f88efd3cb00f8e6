"""Default options of models, as `llm models options set` writes them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..errors import ConfigError
from .json_file import read_object


def read_model_options(directory: Path) -> dict[str, dict[str, Any]]:
    """What `model_options.json` holds: model id -> option -> value. Raises ConfigError."""
    path = directory / "model_options.json"
    options = read_object(path)
    for model_id, values in options.items():
        if not isinstance(values, dict):
            raise ConfigError(f"{path}: the options of {model_id!r} must be a JSON object, option -> value")
    return options
