"""The hooks that plugins may implement."""

from __future__ import annotations

import pluggy

from llm._plugins import hookspecs


def test_the_hooks_are_those_that_plugins_expect_with_the_arguments_that_they_name() -> None:
    manager = pluggy.PluginManager("llm")
    manager.add_hookspecs(hookspecs)
    hooks = {name: caller.spec.argnames for name, caller in vars(manager.hook).items() if not name.startswith("_")}
    assert hooks == {"register_models": ("register", "model_aliases"), "register_commands": ("cli",)}
