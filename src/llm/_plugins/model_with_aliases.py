"""What a plugin registers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class ModelWithAliases:
    """
    A registered model, its asynchronous twin (either may be None), and its other names.

    Plugins make these themselves and change those of others, so this one value is not frozen.
    """

    model: Any
    async_model: Any = None
    aliases: list[str] = field(default_factory=list)

    @property
    def model_id(self) -> str:
        """The name of the model, whichever of the two there is."""
        return str((self.model if self.model is not None else self.async_model).model_id)

    def matches(self, query: str) -> bool:
        """Whether *query* occurs in an alias, in the id or in what is displayed, whatever the case."""
        shown = [str(model) for model in (self.model, self.async_model) if model is not None]
        return any(query.lower() in text.lower() for text in (*self.aliases, self.model_id, *shown))
