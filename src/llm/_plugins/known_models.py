"""The models that a plugin sees while it registers its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableSequence
from typing import Any, overload

from .model_with_aliases import ModelWithAliases


class KnownModels(MutableSequence[ModelWithAliases]):
    """
    The `model_aliases` of a hook: the models of all others, then those that the plugin registers itself.

    *gather* is asked for the others when the list is first read: most plugins that take it never look, and gathering
    loads every other plugin. `others` is what was gathered, None while nobody has looked.
    """

    def __init__(self, gather: Callable[[], list[ModelWithAliases]]) -> None:
        self.others: list[ModelWithAliases] | None = None
        self._gather = gather
        self._own: list[ModelWithAliases] = []
        self._all = self._own

    def register(self, model: Any, async_model: Any = None, aliases: Any = None) -> None:
        """Add a model without looking at the others."""
        self._all.append(ModelWithAliases(model, async_model, list(aliases or ())))

    def own(self) -> list[ModelWithAliases]:
        """What the plugin added, by whatever way."""
        others = set(map(id, self.others or ()))
        return [entry for entry in self._all if id(entry) not in others]

    def _read(self) -> list[ModelWithAliases]:
        if self.others is None:
            self.others = self._gather()
            self._all = [*self.others, *self._own]
        return self._all

    def __len__(self) -> int:
        return len(self._read())

    def __iter__(self) -> Iterator[ModelWithAliases]:
        return iter(self._read())

    @overload
    def __getitem__(self, index: int) -> ModelWithAliases: ...
    @overload
    def __getitem__(self, index: slice) -> list[ModelWithAliases]: ...
    def __getitem__(self, index: Any) -> Any:
        return self._read()[index]

    def __setitem__(self, index: Any, value: Any) -> None:
        self._read()[index] = value

    def __delitem__(self, index: int | slice) -> None:
        del self._read()[index]

    def insert(self, index: int, value: ModelWithAliases) -> None:
        self._read().insert(index, value)
