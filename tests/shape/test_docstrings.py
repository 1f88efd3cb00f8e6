"""What is public is documented, and every file says what it is."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from typing import Any

import pytest

from .source import Source, sources

MODULES = ("llm", "llm.errors", "llm.parts", "llm.plugins", "llm.testing")
_FILLERS = {"a", "an", "and", "get", "gets", "return", "returns", "the", "this", "of"}


def _public() -> dict[str, Any]:
    """Every public function and class by its shortest dotted name."""
    found: dict[int, tuple[str, Any]] = {}
    for name in MODULES:
        module = importlib.import_module(name)
        for key in module.__all__:
            value = getattr(module, key)
            if inspect.isclass(value) or inspect.isfunction(value):
                found.setdefault(id(value), (f"{name}.{key}", value))
    return dict(found.values())


def _members() -> Iterator[tuple[str, Any]]:
    """Every public method and property that a public class has from us."""
    for name, owner in _public().items():
        if not inspect.isclass(owner):
            continue
        for key in dir(owner):
            member = inspect.getattr_static(owner, key)
            if isinstance(member, classmethod | staticmethod):
                member = member.__func__
            home = getattr(member, "fget", None) or getattr(member, "func", None) or member
            if not key.startswith("_") and str(getattr(home, "__module__", "")).startswith("llm"):
                yield f"{name}.{key}", getattr(owner, key) if inspect.isfunction(home) else member


@pytest.mark.parametrize(("name", "value"), [pytest.param(*pair, id=pair[0]) for pair in _public().items()])
def test_every_public_name_is_documented(name: str, value: Any) -> None:
    """Its first sentence is a claim: more than its name in other words."""
    _check(name, vars(value).get("__doc__") if inspect.isclass(value) else value.__doc__)
    # A dataclass without a docstring is given its signature for one.
    assert not str(value.__doc__).startswith(f"{value.__name__}(")


def test_every_public_method_and_property_is_documented() -> None:
    undocumented = [name for name, member in _members() if inspect.isroutine(member) or isinstance(member, property)]
    assert undocumented, "there are members to look at"
    wrong = []
    for name, member in _members():
        if not inspect.isroutine(member) and not isinstance(member, property):
            continue
        try:
            _check(name, inspect.getdoc(member))
        except AssertionError as error:
            wrong.append(str(error).splitlines()[0])
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("source", sources("src", "bench", "docs", "tests/shape"), ids=str)
def test_every_file_says_what_it_is(source: Source) -> None:
    _check(str(source), ast.get_docstring(source.tree))


@pytest.mark.parametrize("source", sources("src", "bench", "docs"), ids=str)
def test_every_docstring_begins_with_a_sentence(source: Source) -> None:
    """Whatever is documented, private things too, is documented in sentences."""
    kinds = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = [node for node in ast.walk(source.tree) if isinstance(node, kinds)]
    texts = {f"{source}:{node.lineno}": ast.get_docstring(node) for node in nodes}
    assert [place for place, text in texts.items() if text is not None and not _is_sentence(text)] == []


def _check(name: str, text: str | None) -> None:
    assert text, f"{name} has no docstring"
    assert _is_sentence(text), f"{name}: the first paragraph of its docstring does not end as a sentence does"
    said = _words(text.partition("\n\n")[0]) - _words(name.rpartition(".")[2]) - _FILLERS
    assert said, f"{name}: its docstring says no more than its name"


def _is_sentence(text: str) -> bool:
    first = text.strip().partition("\n\n")[0].rstrip()
    return first.endswith((".", ":", "?", "!")) and not first[:1].islower()


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+", re.sub(r"([a-z])([A-Z])", r"\1 \2", text).lower()))
