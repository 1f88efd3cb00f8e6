"""A model of one API behind the other: everything but the waiting is the wrapped model's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._domain.call import Call
from .._domain.prompt import Prompt

_DECLARED = (
    "model_id",
    "can_stream",
    "needs_key",
    "key",
    "key_env_var",
    "attachment_types",
    "supports_schema",
    "supports_tools",
    "supports_conversation",
    "option_table",
    "_app",
)


class Facade:
    """What a facade takes from the model that it wraps."""

    key: str | None

    def __init__(self, wrapped: Any) -> None:
        self.wrapped = wrapped
        for name in _DECLARED:
            setattr(self, name, getattr(wrapped, name))

    def generate(self, prompt: Prompt, call: Call) -> Any:
        """The wrapped model's own answer."""
        return self.wrapped.generate(prompt, call)

    def get_key(self, explicit_key: str | None = None) -> str | None:
        """The wrapped model's own key, or the one that was set on this side."""
        key: str | None = self.wrapped.get_key(explicit_key or self.key)
        return key

    def secrets(self, key: str | None) -> tuple[str, ...]:
        """The wrapped model's own secrets."""
        secrets: tuple[str, ...] = self.wrapped.secrets(key)
        return secrets

    def validate_options(self, values: Mapping[str, Any]) -> Any:
        """The options in the wrapped model's own type."""
        return self.wrapped.validate_options(values)
