"""
The composition root: what the calls of a process share, each part made when it is first needed.

This is the one file that knows everybody. What stands above it (the built-in providers) is named as a string.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from .._config.aliases import Aliases
from .._config.default_model import DefaultModel
from .._config.keyring import KeyRing
from .._config.paths import user_dir
from .._config.settings import Settings, load_settings
from .._engine.pipeline import Policy
from .._engine.retry import Retries
from .._io.blocking import BlockingIO, Transport
from .._io.io import IO
from .._io.request import Timeouts
from .._plugins.plugins import Plugins
from .._storage.journal import Journal
from .._storage.store import Store
from ..errors import HistoryError, UnknownModelError
from .catalogue import Catalogue, Row
from .choice import choose_model
from .lookup import find
from .model import AsyncModel, Model

if TYPE_CHECKING:
    from .._engine.budget import Account
    from .embedding_model import EmbeddingModel


class App:
    """
    Settings, keys, plugins, models, history and the ways to wait, for one user directory.

    `policy` holds for every call made through it, and may be set. *transport* carries HTTP in place of the real one.
    """

    def __init__(
        self,
        directory: Path | None = None,
        *,
        environ: Mapping[str, str] | None = None,
        transport: Transport | None = None,
        async_transport: Transport | None = None,
    ) -> None:
        self.directory = directory or user_dir()
        self.environ = os.environ if environ is None else environ
        self._transport = transport
        self._async_transport = async_transport

    @cached_property
    def settings(self) -> Settings:
        """What config.toml says. Raises ConfigError."""
        return load_settings(self.directory)

    @cached_property
    def policy(self) -> Policy:
        """Limits of time and retries as the settings have them, and no recording."""
        timeouts, retries, budget = self.settings.timeouts, self.settings.retries, self.settings.budget
        return Policy(
            Timeouts(timeouts.connect, timeouts.first_byte, timeouts.between_bytes, timeouts.total),
            Retries(retries.attempts, retries.delay, retries.max_delay),
            account=self.accounts(budget.max_cost),
            is_free=budget.is_free,
        )

    def accounts(self, max_cost: float | None) -> Callable[[], Account] | None:
        """What opens the account of a call, which may cost *max_cost* dollars; None where there is no limit at all."""
        daily = self.settings.budget.daily
        if max_cost is None and daily is None:
            return None
        from .._engine.budget import Account
        from .._engine.cost_limits import CostLimits
        from .._engine.ledger import Ledger

        ledger = None if daily is None else Ledger(self.directory)
        return lambda: Account(CostLimits(max_cost, daily), ledger)

    @cached_property
    def keys(self) -> KeyRing:
        """Stored keys, and those of the environment."""
        return KeyRing(self.directory, environ=self.environ)

    @cached_property
    def aliases(self) -> Aliases:
        """The user's own names for models."""
        return Aliases(self.directory)

    @cached_property
    def default_model(self) -> DefaultModel:
        """The model that is used when none is named."""
        return DefaultModel(self.directory)

    @cached_property
    def plugins(self) -> Plugins:
        """What is installed beside LLM."""
        return Plugins(self.directory, environ=self.environ)

    @cached_property
    def builtin(self) -> Catalogue:
        """The models of the built-in providers."""
        catalogue: Catalogue = importlib.import_module("llm._providers.catalogue").catalogue(self)
        return catalogue

    @cached_property
    def store(self) -> Store:
        """The history."""
        from .._storage.history import open_history

        return open_history(self.directory / "history.db")

    def journal(self, complain: Callable[[HistoryError], None], terminal: str | None = None) -> Journal:
        """What keeps turns in the history, and what cannot be kept there until it can."""
        from .._storage.history import open_journal

        return open_journal(self.directory / "history.db", self.store, complain, terminal)

    @cached_property
    def io(self) -> IO:
        """How plain code waits."""
        return BlockingIO(self._transport)

    @cached_property
    def async_io(self) -> IO:
        """How code on an event loop waits."""
        from .._io.event_loop import EventLoopIO

        return EventLoopIO(self._async_transport)

    def default_options(self, model_id: str) -> Mapping[str, Any]:
        """The options that the user has set for a model."""
        return self.settings.options.get(model_id, {})

    def get_model(self, name: str | None = None) -> Model:
        """The model with this id or alias; without one, the default. Raises UnknownModelError, NoModelError."""
        return find(self, choose_model(self).name if name is None else name).model

    def get_async_model(self, name: str | None = None) -> AsyncModel:
        """The same model behind the async API. Raises UnknownModelError, NoModelError."""
        return find(self, choose_model(self).name if name is None else name).async_model

    def get_embedding_model(self, name: str) -> EmbeddingModel:
        """The embedding model with this id or alias, or `ENDPOINT/MODEL`. Raises UnknownModelError."""
        home = importlib.import_module("llm._providers.embedding_models")
        found: EmbeddingModel | None = home.find_embedding_model(self, name)
        if found is None:
            hint = f"There are {', '.join(home.EMBEDDING_MODELS)}, and ENDPOINT/MODEL for every endpoint"
            raise UnknownModelError(f"There is no embedding model {name!r}", hint=hint)
        return found

    def rows(self) -> list[Row]:
        """Every model there is, without loading any: those of plugins first, for they win."""
        rows = [*self.plugin_rows(), *self.builtin.rows()]
        seen: dict[str, Row] = {}
        for row in rows:
            seen.setdefault(row.id, row)
        return list(seen.values())

    def plugin_rows(self) -> list[Row]:
        """The models that plugins register."""
        return [
            Row(model.model_id, model.aliases, plugin.name, model.title, details={**model.details, "async": True})
            for plugin in self.plugins.manifest().plugins
            for model in plugin.models
        ]


_lock = Lock()
_apps: dict[Path, App] = {}


def default_app() -> App:
    """The App of the process for the user directory that the environment names now."""
    directory = user_dir()
    with _lock:
        if directory not in _apps:
            _apps.clear()
            _apps[directory] = App(directory)
        return _apps[directory]
