"""What is public is documented, and every file says what it is."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from typing import Any

from .source import Function, Source, sources

MODULES = ("llm", "llm.errors", "llm.parts", "llm.plugins", "llm.testing")
_FILLERS = {"a", "an", "and", "get", "gets", "return", "returns", "the", "this", "of"}


def _public() -> list[tuple[str, Any]]:
    """Every public function and class with its shortest dotted name."""
    found: dict[int, tuple[str, Any]] = {}
    for name in MODULES:
        module = importlib.import_module(name)
        for key in module.__all__:
            value = getattr(module, key)
            if inspect.isclass(value) or inspect.isfunction(value):
                found.setdefault(id(value), (f"{name}.{key}", value))
    return list(found.values())


PUBLIC = _public()


def _members(name: str, owner: Any) -> Iterator[tuple[str, Any]]:
    """Every public method and property that a public class has from us."""
    for key in dir(owner) if inspect.isclass(owner) else ():
        member = inspect.getattr_static(owner, key)
        if isinstance(member, classmethod | staticmethod):
            member = member.__func__
        made = member.fget if isinstance(member, property) else getattr(member, "func", member)
        if not key.startswith("_") and inspect.isfunction(made) and made.__module__.startswith("llm"):
            yield f"{name}.{key}", getattr(owner, key) if made is member else member


def test_every_public_name_is_documented() -> None:
    """Its first sentence is a claim: more than its name in other words."""
    texts = {name: value.__dict__.get("__doc__") if inspect.isclass(value) else value.__doc__ for name, value in PUBLIC}
    assert [fault for name, text in texts.items() if (fault := _fault(name, text))] == []


def test_every_public_dataclass_says_more_than_its_fields() -> None:
    """A dataclass without a docstring is given its signature for one."""
    assert [name for name, value in PUBLIC if str(value.__doc__).startswith(f"{value.__name__}(")] == []


def test_every_public_method_and_property_is_documented() -> None:
    members = {name: inspect.getdoc(member) for name, owner in PUBLIC for name, member in _members(name, owner)}
    assert "llm.Response.text" in members
    assert [fault for name, text in members.items() if (fault := _fault(name, text))] == []


def test_every_file_says_what_it_is() -> None:
    files = sources("src", "bench", "docs", "tests/shape")
    assert [fault for file in files if (fault := _fault(str(file), ast.get_docstring(file.tree)))] == []


def test_every_docstring_begins_with_a_sentence() -> None:
    """Whatever is documented, private things too, is documented in sentences."""
    nodes = [(file, node) for file in sources("src", "bench", "docs") for node in _documentable(file)]
    texts = {f"{file}:{node.lineno}": ast.get_docstring(node) for file, node in nodes if not _is_command(node)}
    assert [place for place, text in texts.items() if text and not _is_sentence(text)] == []


def test_the_summary_of_a_command_is_a_line_without_a_full_stop() -> None:
    """As click shows them below each other in a list."""
    nodes = [(file, node) for file in sources("src") for node in _documentable(file) if _is_command(node)]
    assert nodes
    summaries = {f"{file}:{node.lineno}": _first(ast.get_docstring(node) or "") for file, node in nodes}
    assert [place for place, text in summaries.items() if not text or "\n" in text or text.endswith(".")] == []


def _documentable(file: Source) -> list[ast.ClassDef | Function]:
    return [node for node in ast.walk(file.tree) if isinstance(node, ast.ClassDef | Function)]


def _is_command(node: ast.ClassDef | Function) -> bool:
    """Whether it is a click command, whose docstring is what `--help` prints."""
    called = [ast.unparse(each.func) for each in node.decorator_list if isinstance(each, ast.Call)]
    return any(name.endswith((".command", ".group")) for name in called)


def _fault(name: str, text: str | None) -> str | None:
    """What is wrong with a docstring, if anything is."""
    if not text:
        return f"{name} has no docstring"
    if not _is_sentence(text):
        return f"{name}: the first paragraph of its docstring does not end as a sentence does"
    own = name.removesuffix(".py").replace("/", ".").rpartition(".")[2]
    if not _words(_first(text)) - _words(own) - _FILLERS:
        return f"{name}: its docstring says no more than its name"
    return None


def _is_sentence(text: str) -> bool:
    return _first(text).endswith((".", ":", "?", "!"))


def _first(text: str) -> str:
    return text.strip().partition("\n\n")[0].rstrip()


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+", re.sub(r"([a-z])([A-Z])", r"\1 \2", text).lower()))
