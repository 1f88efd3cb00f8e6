"""
Who serves a model id.

The user's own alias is followed first; then an installed plugin wins for the ids and aliases that it registers; then
come the built-in providers.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ..errors import ConfigError, UnknownModelError
from .model import AsyncModel, Model

if TYPE_CHECKING:
    from .app import App


@dataclass(frozen=True)
class Found:
    """A model as it was registered, which may be for one API alone; each API is made from the other where need be."""

    name: str
    registered: Any
    registered_async: Any = None

    @cached_property
    def model(self) -> Model:
        """The model for plain code."""
        if self.registered is not None:
            model: Model = self.registered
            return model
        from .sync_facade import SyncFacade

        return SyncFacade(self.registered_async)

    @cached_property
    def async_model(self) -> AsyncModel:
        """The model for code on an event loop."""
        if self.registered_async is not None:
            model: AsyncModel = self.registered_async
            return model
        from .async_facade import AsyncFacade

        return AsyncFacade(self.registered)


def find(app: App, name: str) -> Found:
    """The model that *name* stands for. Raises UnknownModelError, with what it may have been meant to be."""
    followed = follow_alias(app, name)
    found = _of_plugin(app, followed) or _built_in(app, followed) or _of_plugin(app, followed, again=True)
    if found is None:
        raise unknown(app, name)
    for model in (found.registered, found.registered_async):
        if model is not None and getattr(model, "_app", None) is None:
            model._app = app
    return found


def follow_alias(app: App, name: str) -> str:
    """The model id that the user's aliases lead to. Raises ConfigError where they lead in a circle."""
    aliases = app.aliases.read()
    seen = [name]
    while (target := aliases.get(seen[-1])) is not None:
        if target == seen[-1]:
            break
        if target in seen:
            raise ConfigError(
                f"The aliases {' -> '.join([*seen, target])} go round in a circle", hint=f"Edit {app.aliases.path}"
            )
        seen.append(target)
    return seen[-1]


def _of_plugin(app: App, name: str, *, again: bool = False) -> Found | None:
    """The model of a plugin; *again* asks the plugins anew, for what they register may have changed."""
    if again:
        app.plugins.rebuild()
    entry = app.plugins.model(name)
    return None if entry is None else Found(name, entry.model, entry.async_model)


def _built_in(app: App, name: str) -> Found | None:
    model = app.builtin.find(name)
    return None if model is None else Found(name, model)


def unknown(app: App, name: str) -> UnknownModelError:
    """The error for a name that no model has."""
    from difflib import get_close_matches

    rows = app.rows()
    names = {known.lower(): known for row in rows for known in (row.id, *row.aliases)}
    names |= {alias.lower(): alias for alias in app.aliases.read()}
    close = tuple(names[match] for match in get_close_matches(name.lower(), names, n=3, cutoff=0.6))
    prefix, slash, _ = name.partition("/")
    hint = "llm models --all lists what there is"
    if close:
        hint = f"Did you mean {' or '.join(close)}?"
    elif slash and (like := get_close_matches(prefix, app.builtin.prefixes(), n=1)):
        hint = f"Did you mean {like[0]}/{name.partition('/')[2]}?"
    elif slash:
        hint = f"There is no endpoint {prefix!r}: llm endpoints add {prefix} URL adds one, llm endpoints lists them"
    failed = [plugin.name for plugin in app.plugins.manifest().plugins if plugin.error]
    if failed:
        hint += f" (these plugins could not be loaded: {', '.join(failed)}; see llm plugins)"
    return UnknownModelError(f"There is no model {name!r}", close=close, hint=hint)
