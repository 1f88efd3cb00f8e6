"""The plugins of one user in one environment."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .cache import ManifestCache
from .discovery import Scan
from .installation import Installation
from .manifest import Manifest, PluginRow
from .name import normalised
from .runtime import Runtime, process_runtime
from .selection import Selection

if TYPE_CHECKING:
    import click
    import pluggy

    from .distribution import Distribution
    from .model_with_aliases import ModelWithAliases
    from .survey import Gather


class Plugins:
    """
    What is installed, what it registers (from the manifest, without importing it), and what it is when it is used.

    *user_dir* holds the cached manifest and the list of disabled plugins, *environ* the variables, *path* the
    directories to search (None: `sys.path` as it is at the time). *built_in* gives the models that LLM brings itself,
    for plugins that look at the models of others. A plugin is called by the name of its package, however spelled.
    Nothing that a plugin raises comes out, unless LLM_RAISE_ERRORS is set; `errors` has it.

    All that are made for `os.environ` and `sys.path` share what was loaded. Others load for themselves.
    """

    def __init__(
        self,
        user_dir: Path,
        environ: Mapping[str, str] = os.environ,
        path: Sequence[str] | None = None,
        *,
        built_in: Gather = list,
    ) -> None:
        self._user_dir = user_dir
        self._installation = Installation(user_dir, environ, path)
        self._built_in = built_in
        self._runtime = process_runtime() if environ is os.environ and path is None else Runtime(environ)
        self._manifest: Manifest | None = None
        self._surveyed: tuple[Scan, Selection] | None = None

    def manifest(self) -> Manifest:
        """What every installed plugin registers; surveys them where nothing true is stored. Raises ConfigError."""
        if self._manifest is not None:
            return self._manifest
        found, selection = self._installation.scan(), self._installation.selection()
        manifest = self._stored(found, selection)
        if manifest is None:
            if self._runtime.busy:
                return Manifest()  # a plugin asks while it is imported, perhaps for this very survey
            manifest = self._survey(found, selection)
        self._manifest = manifest
        self._runtime.say_missing(manifest.missing)
        return manifest

    def rebuild(self) -> Manifest:
        """
        The manifest of a new survey, for a caller who missed something in the stored one. Raises ConfigError.

        What this process surveyed itself is true as long as nothing was installed, removed, enabled or disabled since.
        Plugins that failed are tried again.
        """
        found, selection = self._installation.scan(), self._installation.selection()
        if self._runtime.busy or (self._manifest is not None and self._surveyed == (found, selection)):
            return self.manifest()
        self._runtime.retry_failed()
        self._manifest = self._survey(found, selection)
        self._runtime.say_missing(self._manifest.missing)
        return self._manifest

    def find_model(self, name: str) -> tuple[str, str] | None:
        """The plugin that serves *name*, an id or an alias, and the model's id."""
        for plugin in self._runtime.strangers():
            for entry in self.models_of(plugin):
                if name == entry.model_id or name in entry.aliases:
                    return plugin, entry.model_id
        return self.manifest().find_model(name)

    def names(self) -> tuple[str, ...]:
        """The plugins that are used: the enabled ones, and those that somebody registered with the manager."""
        return (*(plugin.name for plugin in self.manifest().plugins if plugin.enabled), *self._runtime.strangers())

    @property
    def errors(self) -> dict[str, str]:
        """The plugins that failed, here or when the manifest was made, each with its error in one line."""
        known = self._manifest.errors() if self._manifest is not None else {}
        return {**known, **{name: str(failure) for name, failure in self._runtime.failures.first.items()}}

    @property
    def manager(self) -> pluggy.PluginManager:
        """pluggy's manager, with the plugins that were loaded so far."""
        return self._runtime.loader.manager

    def load(self, name: str) -> bool:
        """Import the plugin *name* and register it; whether it is there to be used."""
        plugin = self._installation.find(name)
        if plugin is None:
            return name in self._runtime.strangers()
        return self._runtime.loader.load(plugin.name, plugin.entry_points)

    def load_all(self) -> None:
        """Load every plugin that is used."""
        if self._runtime.busy:
            return  # a plugin asks for all plugins while it is imported: they are on their way
        for plugin in self._installation.used():
            self._runtime.loader.load(plugin.name, plugin.entry_points)
        self._runtime.say_missing(self._installation.missing())

    def model(self, name: str) -> ModelWithAliases | None:
        """The registration that serves *name*, an id or an alias, among all plugins; None where there is none."""
        entry = self._registration(name)
        if entry is None and self.find_model(name):
            self.rebuild()  # the plugin has other models than it had when the manifest was made
            entry = self._registration(name)
        return entry

    def models_of(self, name: str) -> list[ModelWithAliases]:
        """The models that the plugin *name* registers, made anew, with what other plugins change of them."""
        models = self._registered(name, lambda: self._models_besides(name))
        self.amend(models, besides=name)
        return models

    def amend(self, models: list[ModelWithAliases], besides: str | None = None) -> None:
        """Let the plugins that change the models of others change *models*."""
        for plugin in self.manifest().plugins:
            if plugin.amends and (besides is None or normalised(besides) != normalised(plugin.name)):
                self._registered(plugin.name, lambda: models)

    def add_commands(self, name: str, group: click.Group) -> bool:
        """Let the plugin *name* add its commands to *group*; whether it came through."""
        return self.load(name) and self._runtime.loader.call(self._spelled(name), "register_commands", cli=group)

    def _stored(self, found: Scan, selection: Selection) -> Manifest | None:
        stored = ManifestCache(self._user_dir, selection).read(found)
        if stored is not None and self._runtime.failures.raised and stored.errors():
            return None  # somebody wants to see these errors happen
        return stored

    def _survey(self, found: Scan, selection: Selection) -> Manifest:
        installed = self._installation.refresh(found)
        used = [plugin for plugin in installed if selection.takes(plugin.name)]
        rows = {row.name: row for row in self._surveyed_rows(used)} if used else {}
        unused = {plugin.name: PluginRow(plugin.name, plugin.version, enabled=False) for plugin in installed}
        manifest = Manifest(tuple({**unused, **rows}.values()), selection.missing(row.name for row in installed))
        self._surveyed = found, selection
        self._store(found, selection, used, manifest)
        return manifest

    def _surveyed_rows(self, used: Sequence[Distribution]) -> tuple[PluginRow, ...]:
        from .survey import Survey

        for plugin in used:
            self._runtime.loader.load(plugin.name, plugin.entry_points)
        survey = Survey(self._runtime.loader, self._runtime.failures, self._built_in)
        return survey.rows((plugin.name, plugin.version) for plugin in used)

    def _store(self, found: Scan, selection: Selection, used: Sequence[Distribution], manifest: Manifest) -> None:
        cache = ManifestCache(self._user_dir, selection)
        # Without plugins the scan alone says everything, and a new user's directory is left as it is.
        if manifest.plugins or cache.path.exists():
            from .source import stamps

            cache.write(found, stamps(point for plugin in used for point in plugin.entry_points), manifest)

    def _spelled(self, name: str) -> str:
        plugin = self._installation.find(name)
        return plugin.name if plugin is not None else name

    def _registered(self, name: str, gather: Gather) -> list[ModelWithAliases]:
        from .survey import registered

        return registered(self._runtime.loader, self._spelled(name), gather).own() if self.load(name) else []

    def _registration(self, name: str) -> ModelWithAliases | None:
        found = self.find_model(name)
        if found is None:
            return None
        plugin, model_id = found
        return next((entry for entry in self.models_of(plugin) if entry.model_id == model_id), None)

    def _models_besides(self, name: str) -> list[ModelWithAliases]:
        """The models of everybody else, who in turn see none: two plugins that look at each other must not loop."""
        names = dict.fromkeys((*(plugin.name for plugin in self._installation.used()), *self._runtime.strangers()))
        names.pop(self._spelled(name), None)
        return [*self._built_in(), *(entry for other in names for entry in self._registered(other, list))]


def default_plugins() -> Plugins:
    """The plugins of the user directory that the environment names now. Raises ConfigError."""
    from .._config.paths import user_dir

    return Plugins(user_dir())
