"""The JSON Schema that an answer is to follow."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..errors import RequestError


def as_schema(value: Any) -> dict[str, Any] | None:
    """A JSON Schema from what people write: a dictionary, JSON text, or a pydantic model class."""
    if value is None:
        return None
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, str):
        try:
            decoded = json.loads(value)
        except (ValueError, RecursionError) as error:
            raise RequestError(f"The schema is not JSON: {error}") from error
        if isinstance(decoded, dict):
            return decoded
    elif hasattr(value, "model_json_schema"):
        return dict(value.model_json_schema())
    raise RequestError("The schema is not a JSON object", hint='As in {"type": "object", "properties": {...}}')
