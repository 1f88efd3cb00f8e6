"""The public names: where they are, and that run time and type checkers see the same ones."""

from __future__ import annotations

import ast
import importlib
import inspect
from types import ModuleType

import pytest

import llm
import llm.testing

from .source import PACKAGE, sources

# What is documented as public, and nothing else. The doors of the older package are there for its plugins.
PUBLIC = {"errors", "parts", "plugins", "testing"}
OLDER = {"cli", "default_plugins", "models", "utils"}
LAZY = {"llm": llm, "llm.testing": llm.testing}
DOORS = ["llm.errors", "llm.parts", "llm.plugins"]


@pytest.mark.parametrize("module", LAZY.values(), ids=LAZY)
class TestLazyNames:
    """The packages that import their names when these are first used."""

    def test_the_exports_are_sorted_and_named_once(self, module: ModuleType) -> None:
        assert module.__all__ == sorted(set(module.__all__))

    def test_every_export_can_be_imported(self, module: ModuleType) -> None:
        missing = [name for name in module.__all__ if getattr(module, name, None) is None]
        assert missing == []
        assert set(module.__all__) <= set(dir(module))

    def test_type_checkers_see_what_run_time_sees(self, module: ModuleType) -> None:
        """The imports under TYPE_CHECKING, with their homes, are the table that __getattr__ reads."""
        declared = _type_checking_imports(module.__name__)
        table = {(home, name) for home, names in module._HOMES.items() for name in names}
        assert declared == table

    def test_every_public_name_of_the_table_is_exported(self, module: ModuleType) -> None:
        assert module.__all__ == sorted(name for name in module._HOME_OF if not name.startswith("_"))

    def test_a_name_that_is_not_there_is_an_attribute_error(self, module: ModuleType) -> None:
        with pytest.raises(AttributeError, match=f"module '{module.__name__}' has no attribute 'pelican'"):
            _ = module.pelican

    def test_a_star_import_brings_every_export(self, module: ModuleType) -> None:
        names: dict[str, object] = {}
        exec(f"from {module.__name__} import *", names)
        assert set(module.__all__) <= set(names)


@pytest.mark.parametrize("name", DOORS)
def test_a_public_module_exports_all_that_it_defines(name: str) -> None:
    """__all__ is a literal, is sorted, and leaves out no public name that is made here."""
    module = importlib.import_module(name)
    assert _literal_all(name) == sorted(set(module.__all__))
    made = {
        key
        for key, value in vars(module).items()
        if not key.startswith("_") and getattr(value, "__module__", None) == name and not inspect.ismodule(value)
    }
    assert made <= set(module.__all__)
    assert [key for key in module.__all__ if not hasattr(module, key)] == []


def test_every_error_is_at_the_package_root_too() -> None:
    errors = importlib.import_module("llm.errors")
    assert set(errors.__all__) <= set(llm.__all__)


def test_the_tree_at_the_top_of_errors_is_the_tree() -> None:
    """The drawing names every error under its parent, in the order in which they are defined."""
    errors = importlib.import_module("llm.errors")
    drawn = _drawn(errors.__doc__ or "")
    defined = [(value.__bases__[0].__name__, key) for key, value in vars(errors).items() if inspect.isclass(value)]
    assert drawn == [pair for pair in defined if pair[0] != "Exception"]


def test_only_documented_modules_are_public() -> None:
    names = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    public = {name for name in names if not name.startswith("_")}
    assert public - OLDER == PUBLIC


def _type_checking_imports(module: str) -> set[tuple[str, str]]:
    """The (home, name) pairs that a package declares as its own for type checkers (`import name as name`)."""
    tree = next(source.tree for source in sources("src") if source.module == module)
    guarded = next(node for node in tree.body if isinstance(node, ast.If))
    assert ast.unparse(guarded.test) == "TYPE_CHECKING"
    return {
        (node.module or "", alias.name)
        for node in guarded.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.asname == alias.name
    }


def _literal_all(module: str) -> list[str]:
    tree = next(source.tree for source in sources("src") if source.module == module)
    value = next(
        node.value for node in tree.body if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
    )
    names: list[str] = ast.literal_eval(value)
    return names


def _drawn(text: str) -> list[tuple[str, str]]:
    """(parent, child) of each line of a tree whose depth is its indentation."""
    above: list[tuple[int, str]] = []
    pairs = []
    for line in text.splitlines():
        bullet, _, rest = line.strip().partition(" ")
        if bullet not in ("*", "+", "-", "·"):
            continue
        depth, name = len(line) - len(line.lstrip()), rest.split()[0]
        above = [*(pair for pair in above if pair[0] < depth), (depth, name)]
        if len(above) > 1:
            pairs.append((above[-2][1], name))
    return pairs
