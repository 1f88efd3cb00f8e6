"""What a provider's list of models tells, without loading one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from .model import Model


@dataclass(frozen=True, slots=True)
class Row:
    """
    A model in a list: `served_by` names the plugin or provider, `title` is the line that people read, `usable` says
    that it can be asked now (a key is there, or none is needed), `details` are further facts as JSON values.
    """

    id: str
    aliases: tuple[str, ...]
    served_by: str
    title: str
    usable: bool = field(default=True, kw_only=True)
    details: Mapping[str, Any] = field(default_factory=dict, kw_only=True)


class Catalogue(Protocol):
    """The models of the built-in providers, which stand above this layer."""

    def rows(self) -> Sequence[Row]:
        """Every model that is listed."""
        ...

    def find(self, name: str) -> Model | None:
        """The model with this id or alias, listed or `ENDPOINT/MODEL`; or None."""
        ...

    def preferred(self) -> tuple[str, str] | None:
        """The first of the documented providers whose key is there, and its default model: `(provider, model id)`."""
        ...

    def prefixes(self) -> Sequence[str]:
        """What may stand before the slash of `ENDPOINT/MODEL`."""
        ...

    def preference(self) -> Sequence[tuple[str, str]]:
        """The documented providers in their order, with their default models."""
        ...
