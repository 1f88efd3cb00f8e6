"""Asking every plugin what it registers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from .failure import Failures
from .known_models import KnownModels
from .loading import Loader
from .manifest import CommandRow, ModelRow, PluginRow
from .model_with_aliases import ModelWithAliases

Gather = Callable[[], list[ModelWithAliases]]


def registered(loader: Loader, name: str, gather: Gather) -> KnownModels:
    """The models of the plugin *name*, which sees those that *gather* returns, should it look."""
    known = KnownModels(gather)
    loader.call(name, "register_models", register=known.register, model_aliases=known)
    return known


class Survey:
    """One look at all plugins that are loaded; *built_in* are the models that LLM brings itself."""

    def __init__(self, loader: Loader, failures: Failures, built_in: Gather) -> None:
        self._loader = loader
        self._failures = failures
        self._built_in = built_in
        self._models: dict[str, list[ModelWithAliases]] = {}
        self._amending: set[str] = set()

    def rows(self, plugins: Iterable[tuple[str, str]]) -> tuple[PluginRow, ...]:
        """What each of *plugins*, given by name and version, registers."""
        plugins = tuple(plugins)
        names = [name for name, _ in plugins]
        # Whoever looks at the models of others comes after them, and who asks to be last is.
        for name in sorted(names, key=self._looks_at_others):
            self._register_models(name)
        # Only now, as a later plugin may have changed the models of an earlier one.
        return tuple(self._row(name, version) for name, version in plugins)

    def _looks_at_others(self, name: str) -> int:
        ours = {id(plugin) for plugin in self._loader.objects(name)}
        hooks = self._loader.manager.hook.register_models.get_hookimpls()
        looking = [hook for hook in hooks if id(hook.plugin) in ours and "model_aliases" in hook.argnames]
        return bool(looking) + any(hook.trylast for hook in looking)

    def _register_models(self, name: str) -> None:
        before: list[Any] = []

        def gather() -> list[ModelWithAliases]:
            others = [*self._built_in(), *(entry for entries in self._models.values() for entry in entries)]
            before.extend(map(_facts, others))
            return others

        known = registered(self._loader, name, gather)
        with self._failures.guard(name, "register_models"):
            if known.others is not None and [*map(_facts, known.others)] != before:
                self._amending.add(name)
        self._models[name] = known.own()

    def _row(self, name: str, version: str) -> PluginRow:
        models = self._model_rows(name)
        commands, extends = self._commands(name)
        failure = self._failures.first.get(name)
        return PluginRow(
            name,
            version,
            hooks=self._loader.hooks(name),
            models=models,
            commands=commands,
            extends=extends,
            amends=name in self._amending,
            error=str(failure) if failure else None,
        )

    def _model_rows(self, name: str) -> tuple[ModelRow, ...]:
        rows = []
        for entry in self._models[name]:
            with self._failures.guard(name, "register_models"):
                rows.append(_model_row(entry))
        return tuple(rows)

    def _commands(self, name: str) -> tuple[tuple[CommandRow, ...], tuple[str, ...]]:
        if "register_commands" not in self._loader.hooks(name):
            return (), ()
        from .stand_in import StandIn

        group = StandIn()
        self._loader.call(name, "register_commands", cli=group)
        with self._failures.guard(name, "register_commands"):
            return group.added, group.extended
        return (), ()


def _facts(entry: Any) -> tuple[int, int, tuple[str, ...]]:
    """What a plugin may change of the models of others."""
    return id(entry.model), id(entry.async_model), tuple(entry.aliases)


def _model_row(entry: Any) -> ModelRow:
    model = entry.model if entry.model is not None else entry.async_model
    return ModelRow(
        model_id=str(model.model_id),
        aliases=tuple(map(str, entry.aliases)),
        has_async=entry.async_model is not None,
        can_stream=bool(getattr(model, "can_stream", False)),
        supports_tools=bool(getattr(model, "supports_tools", False)),
        supports_schema=bool(getattr(model, "supports_schema", False)),
        attachment_types=tuple(sorted(map(str, getattr(model, "attachment_types", None) or ()))),
        title=str(model),
    )
