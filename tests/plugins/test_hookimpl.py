"""The mark that a plugin puts on its hooks."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pluggy
import pytest

from llm.plugins import hookimpl

OPTIONS: list[dict[str, Any]] = [
    {},
    {"hookwrapper": True},
    {"wrapper": True},
    {"optionalhook": True},
    {"tryfirst": True},
    {"trylast": True},
    {"specname": "register_models"},
    {"tryfirst": True, "optionalhook": True, "specname": "register_commands"},
]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_the_mark_is_the_one_that_pluggy_makes(options: dict[str, Any]) -> None:
    def ours() -> None: ...
    def theirs() -> None: ...

    assert hookimpl(**options)(ours) is ours
    pluggy.HookimplMarker("llm")(**options)(theirs)
    assert vars(ours) == vars(theirs) != {}


def test_a_bare_decorator_leaves_the_mark_that_pluggy_leaves() -> None:
    @hookimpl
    def ours() -> None: ...

    @pluggy.HookimplMarker("llm")
    def theirs() -> None: ...

    assert vars(ours) == vars(theirs) != {}


def test_positional_options_mean_what_they_mean_to_pluggy() -> None:
    def ours() -> None: ...
    def theirs() -> None: ...

    hookimpl(ours, True, False, True, False, "register_models", False)
    pluggy.HookimplMarker("llm")(theirs, True, False, True, False, "register_models", False)
    assert vars(ours) == vars(theirs)


def test_pluggy_runs_what_is_marked_in_the_order_that_is_asked_for() -> None:
    class Plugin:
        def __init__(self, name: str) -> None:
            self.name = name

    class First(Plugin):
        @hookimpl(tryfirst=True)
        def greet(self) -> str:
            return self.name

    class Last(Plugin):
        @hookimpl(trylast=True, specname="greet")
        def any_name(self) -> str:
            return self.name

    manager = pluggy.PluginManager("llm")
    for plugin in (First("first"), Last("last")):
        manager.register(plugin)
    assert manager.hook.greet() == ["first", "last"]


def test_marking_a_hook_imports_no_pluggy() -> None:
    code = "import sys; from llm.plugins import hookimpl; hookimpl(lambda: 0); print('pluggy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_an_unknown_name_is_an_attribute_error() -> None:
    import llm.plugins

    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        llm.plugins.nothing  # noqa: B018
