"""
What a plugin is written with.

A plugin is an installed package with an entry point in the group `llm`:

    [project.entry-points.llm]
    shout = "llm_shout"

whose module marks the hooks that it implements:

    from llm.plugins import hookimpl

    @hookimpl
    def register_models(register):
        register(Shout(), aliases=["loud"])

    @hookimpl
    def register_commands(cli):
        @cli.command()
        def shout():
            "Say everything in capitals"

- `register_models(register, model_aliases)` calls `register(model, async_model=None, aliases=None)` once for each of
  its models. `model_aliases` lists what others registered; a hook leaves out the arguments that it has no use for.
- `register_commands(cli)` adds commands to the click group of the command `llm`.

A hook of any other name is kept and left alone. What a plugin raises is reported once, and breaks nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, overload

if TYPE_CHECKING:
    import pluggy

    pm: pluggy.PluginManager

__all__ = ["hookimpl", "load_plugins", "pm"]

_F = TypeVar("_F", bound=Callable[..., Any])


@overload
def hookimpl(
    function: _F,
    hookwrapper: bool = ...,
    optionalhook: bool = ...,
    tryfirst: bool = ...,
    trylast: bool = ...,
    specname: str | None = ...,
    wrapper: bool = ...,
) -> _F: ...


@overload
def hookimpl(
    function: None = ...,
    hookwrapper: bool = ...,
    optionalhook: bool = ...,
    tryfirst: bool = ...,
    trylast: bool = ...,
    specname: str | None = ...,
    wrapper: bool = ...,
) -> Callable[[_F], _F]: ...


def hookimpl(
    function: _F | None = None,
    hookwrapper: bool = False,
    optionalhook: bool = False,
    tryfirst: bool = False,
    trylast: bool = False,
    specname: str | None = None,
    wrapper: bool = False,
) -> _F | Callable[[_F], _F]:
    """
    Mark a function as the implementation of the hook of its name (or of *specname*).

    It takes the options of `pluggy.HookimplMarker` and leaves the same mark, without the cost of importing pluggy.
    """

    def mark(marked: _F) -> _F:
        marked.llm_impl = {  # type: ignore[attr-defined]
            "wrapper": wrapper,
            "hookwrapper": hookwrapper,
            "optionalhook": optionalhook,
            "tryfirst": tryfirst,
            "trylast": trylast,
            "specname": specname,
        }
        return marked

    return mark if function is None else mark(function)


def load_plugins() -> None:
    """Import every plugin that is installed and enabled, and register it with `pm`; one that fails is reported."""
    from ._plugins.plugins import default_plugins

    default_plugins().load_all()


def __getattr__(name: str) -> Any:
    """`pm` is pluggy's manager with every plugin loaded; it is made when it is first asked for."""
    if name != "pm":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from ._plugins.plugins import default_plugins

    plugins = default_plugins()
    plugins.load_all()
    return plugins.manager
