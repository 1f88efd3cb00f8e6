"""Importing a plugin and calling its hooks, without letting it harm anybody."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import reduce
from typing import Any

import pluggy

from . import hookspecs
from .distribution import EntryPoint
from .failure import IMPORT, Failures


class Loader:
    """
    The plugins that this process has imported, by name, and pluggy's manager that knows them.

    A name stands for one package, whose entry points may be several modules. Code of a plugin never runs under a lock
    of ours: while it is imported, another thread may hold a lock of the import system and wait for us.
    """

    def __init__(self, failures: Failures) -> None:
        self._failures = failures
        self._loaded: dict[str, tuple[object, ...]] = {}
        self._lock = threading.Lock()
        self._here = _Here()
        self.manager = pluggy.PluginManager("llm")
        self.manager.add_hookspecs(hookspecs)

    @property
    def busy(self) -> bool:
        """Whether this thread is running code of a plugin: it may ask us for things meanwhile."""
        return bool(self._here.running)

    def load(self, name: str, entry_points: Sequence[EntryPoint]) -> bool:
        """Import the plugin *name*, once; whether anything of it is there to be used."""
        if name not in self._loaded and name not in self._here.running:
            with self._running(name):
                found = [self._imported(name, entry_point) for entry_point in entry_points]
            self._register(name, entry_points, found)
        return bool(self._loaded.get(name))

    def forget(self, name: str) -> None:
        """Let a plugin that failed be tried again."""
        if not self._loaded.get(name):
            self._loaded.pop(name, None)

    def objects(self, name: str) -> tuple[object, ...]:
        """What was registered as the plugin *name*, by us or by somebody with the manager at hand."""
        if name in self._loaded:
            return self._loaded[name]
        found = self.manager.get_plugin(name)
        return () if found is None else (found,)

    def strangers(self) -> tuple[str, ...]:
        """The names of the plugins that somebody else registered with the manager."""
        ours = {id(plugin) for plugins in self._loaded.values() for plugin in plugins}
        named = self.manager.list_name_plugin()
        return tuple(name for name, plugin in named if plugin is not None and id(plugin) not in ours)

    def hooks(self, name: str) -> tuple[str, ...]:
        """The hooks that the plugin *name* implements, also those of which LLM knows nothing."""
        callers = [caller for plugin in self.objects(name) for caller in self.manager.get_hookcallers(plugin) or ()]
        return tuple(sorted({caller.name for caller in callers}))

    def call(self, name: str, hook: str, **arguments: Any) -> bool:
        """Call *hook* of the plugin *name* alone; whether it came through."""
        ours = {id(plugin) for plugin in self.objects(name)}
        others = [plugin for plugin in self.manager.get_plugins() if id(plugin) not in ours]
        with self._running(name), self._failures.guard(name, hook) as guard:
            self.manager.subset_hook_caller(hook, others)(**arguments)
        return not guard.failed

    @contextmanager
    def _running(self, name: str) -> Iterator[None]:
        self._here.running.append(name)
        try:
            yield
        finally:
            self._here.running.pop()

    def _imported(self, name: str, entry_point: EntryPoint) -> object | None:
        with self._failures.guard(name, IMPORT):
            attributes = filter(None, entry_point.attribute.split("."))
            return reduce(getattr, attributes, importlib.import_module(entry_point.module))
        return None

    def _register(self, name: str, entry_points: Sequence[EntryPoint], found: Sequence[object | None]) -> None:
        with self._lock:
            if name in self._loaded:
                return  # another thread was faster
            registered = {
                id(plugin): plugin  # two entry points may name one module
                for entry_point, plugin in zip(entry_points, found, strict=True)
                if plugin is not None and self._registered(name, entry_point, plugin)
            }
            self._loaded[name] = tuple(registered.values())

    def _registered(self, name: str, entry_point: EntryPoint, plugin: object) -> bool:
        manager = self.manager
        if manager.is_registered(plugin):
            return True
        label = entry_point.name if not manager.has_plugin(entry_point.name) else f"{name}:{entry_point.name}"
        with self._failures.guard(name, IMPORT):
            try:
                return manager.register(plugin, label) is not None
            except BaseException:
                # Before pluggy 1.7 a plugin whose hook takes an unknown argument stays registered in part.
                manager.unregister(name=label)
                raise
        return False


class _Here(threading.local):
    """The plugins whose code this thread is in, outermost first."""

    def __init__(self) -> None:
        self.running: list[str] = []
