"""Every hook, on one page. What a hook is given from higher up is described here by what a plugin may do with it."""

from __future__ import annotations

from collections.abc import Iterable, MutableSequence
from typing import TYPE_CHECKING, Any, Protocol

from pluggy import HookspecMarker

if TYPE_CHECKING:
    import click

hookspec = HookspecMarker("llm")


class AnyModel(Protocol):
    """What is asked of a model here: a name."""

    model_id: str


class AnyRegistration(Protocol):
    """A registered model with its asynchronous twin and its other names. A plugin may change what it finds."""

    model: Any
    async_model: Any
    aliases: list[str]


class Register(Protocol):
    """Registers a model: the one for plain code, the one for `await`, or both under one `model_id`."""

    def __call__(
        self, model: AnyModel | None, async_model: AnyModel | None = None, aliases: Iterable[str] | None = None
    ) -> None: ...


@hookspec
def register_models(register: Register, model_aliases: MutableSequence[AnyRegistration]) -> None:
    """Register models. `model_aliases` holds those of everybody else; to read it loads every other plugin."""


@hookspec
def register_commands(cli: click.Group) -> None:
    """Add commands to `llm`, or extend those that are there: `cli.commands["models"]`."""
