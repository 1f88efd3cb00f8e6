"""
Write the reference pages that are made from the code: `reference/python.md` and `reference/cli.md`.

`make docs` runs this. With `--check` nothing is written, and the exit code is 1 where a page is not what it should be.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from types import FunctionType
from typing import Any, NamedTuple, get_args, get_origin

import click

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "docs" / "reference"
MADE = "<!-- Made by tools/reference.py from the docstrings: change those, and run `make docs`. -->"
WIDTH = 88
FENCE = "```text"
PACKAGE = ROOT / "src" / "llm"
MEMBERS = (FunctionType, property, cached_property, classmethod, staticmethod)
DOORS = ("llm.testing", "llm.errors", "llm.plugins", "llm.parts", "llm")


class Group(NamedTuple):
    """A chapter: the modules below `llm` whose names it has, and whether users make objects of its classes."""

    title: str
    about: str
    homes: tuple[str, ...]
    constructed: bool = True


GROUPS = (
    Group("Functions", "Where most programs begin.", ("_api.functions", "_api.recording")),
    Group("Models", "`get_model()` gives them, and plugins write them.", ("_api.model",), constructed=False),
    Group(
        "Responses and conversations",
        "What `model.prompt()` and `model.conversation()` return.",
        ("_api.response", "_api.async_response", "_api.conversation"),
        constructed=False,
    ),
    Group(
        "Embeddings",
        "`get_embedding_model()` gives models, and plugins write them.",
        ("_api.embedding_model",),
        constructed=False,
    ),
    Group("The history", "`llm.history()` gives it.", ("_api.history",), constructed=False),
    Group("Turns and queries", "What the history has, and what it is asked.", ("_domain.turn", "_storage.query")),
    Group("Prompts and templates", "What is asked, and how.", ("_domain.prompt", "_domain.template", "_domain.call")),
    Group(
        "Messages, parts and attachments",
        "What prompts and answers are made of. `llm.parts` has the messages and parts too.",
        ("_domain.message", "_domain.part", "_domain.attachment"),
    ),
    Group("Tools", "Tools as a model sees them, and the calls it makes.", ("_domain.tool",)),
    Group("Events and usage", "What arrives while a model answers.", ("_domain.event", "_domain.usage")),
    Group("Options", "What can be set of a model.", ("_api.options",), constructed=False),
    Group(
        "Errors", "All are names of `llm` and of `llm.errors`. The reference page on errors has the tree.", ("errors",)
    ),
    Group("Plugins", "What a plugin imports.", ("plugins", "_compat")),
    Group("Testing", "The test kit.", ("testing",)),
)


def main() -> int:
    """Write the pages, or check them; return the exit code."""
    stale = 0
    for name, text in pages().items():
        path = REFERENCE / name
        if path.exists() and path.read_text("utf-8") == text:
            continue
        if "--check" in sys.argv:
            print(f"docs/reference/{name} is not what the code says: run `make docs`", file=sys.stderr)
            stale = 1
        else:
            path.write_text(text, "utf-8")
            print(f"Wrote docs/reference/{name}")
    return stale


def pages() -> dict[str, str]:
    """The text of each page, the same wherever it is made: no plugin, setting or terminal has a say."""
    with tempfile.TemporaryDirectory() as directory:
        os.environ |= {"LLM_LOAD_PLUGINS": "", "LLM_USER_PATH": directory}
        made = {"python.md": _python(), "cli.md": _command_line()}
    return {name: "\n\n".join(blocks) + "\n" for name, blocks in made.items()}


def _command_line() -> list[str]:
    from llm._cli.root import Root

    root = Root()
    context = click.Context(root, info_name="llm", terminal_width=WIDTH, max_content_width=WIDTH, color=False)
    about = "Every command with its options, as `--help` prints them."
    return ["# The command line", MADE, about, *_command(root, context, 2)]


def _command(command: click.Command, context: click.Context, level: int) -> Iterator[str]:
    yield f"{'#' * min(level, 3)} {context.command_path}"
    yield _fenced(command.get_help(context).strip())
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None and below.name == name and not below.hidden:  # an alias has another name
                yield from _command(below, click.Context(below, parent=context, info_name=name), level + 1)


def _python() -> list[str]:
    names = _public()
    blocks = ["# The Python API", MADE, "Every public name. Those without a module before them are names of `llm`."]
    for group in GROUPS:
        chapter = {name: value for name, value in names.items() if _belongs(_home(value), group)}
        names = {name: value for name, value in names.items() if name not in chapter}
        told: dict[Any, str] = {}
        blocks += [f"## {group.title}", group.about]
        for name, value in chapter.items():
            blocks += _entry(name, value, group, told)
    if names:
        raise SystemExit(f"tools/reference.py has no chapter for: {', '.join(names)}")
    return [*blocks, "## Words in signatures", "Short for types that have no public name.", "\n".join(_aliases(blocks))]


def _aliases(blocks: list[str]) -> Iterator[str]:
    """The type aliases that signatures mention, with what they stand for."""
    used = set(re.findall(r"\w+", " ".join(block for block in blocks if block.startswith(FENCE))))
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.AnnAssign) and ast.unparse(node.annotation) == "TypeAlias" and node.value:
                name = ast.unparse(node.target)
                if name in used and f"### `{name}`" not in blocks:
                    yield f"- `{name}`: `{ast.unparse(node.value)}`"


def _public() -> dict[str, Any]:
    """Every public name in the shortest way to write it, in order."""
    found: dict[int, tuple[str, Any]] = {}
    for door in DOORS:
        module = importlib.import_module(door)
        for name in module.__all__:
            value = getattr(module, name)
            found[id(value)] = (name if door == "llm" else f"{door}.{name}", value)
    # By the alphabet, an async class after the plain one that it is like.
    return dict(sorted(found.values(), key=lambda pair: (pair[0].replace("Async", "").lower(), "Async" in pair[0])))


def _home(value: Any) -> str:
    """The module below `llm` that has it: of a union, that of its members; of an object, that of the door."""
    members = get_args(value)
    module: str = (members[0] if members else value).__module__
    return module.removeprefix("llm.") if module.startswith("llm.") else "plugins"


def _belongs(home: str, group: Group) -> bool:
    return any(f"{home}.".startswith(f"{each}.") for each in group.homes)


def _entry(name: str, value: Any, group: Group, told: dict[Any, str]) -> Iterator[str]:
    yield f"### `{name}`"
    if members := get_args(value):
        yield _fenced(f"{name} = {' | '.join(member.__name__ for member in members)}")
        yield "One of these."
    elif inspect.isclass(value):
        yield from _class(name, value, group, told)
    elif inspect.isfunction(value):
        yield _fenced(_signature(name, value))
        yield _doc(value)
    else:
        yield _fenced(f"{name}: {type(value).__name__}")
        yield (importlib.import_module(f"llm.{_home(value)}").__getattr__.__doc__ or "").strip()


def _class(name: str, value: type, group: Group, told: dict[Any, str]) -> Iterator[str]:
    """What a class is; of its members those that were *told* of another class, which has the same ones, by name."""
    if group.constructed:
        yield _fenced(_signature(name, value))
    parents = [f"`{base.__name__}`" for base in value.__bases__ if _is_public(base)]
    if parents:
        yield f"A kind of {' and '.join(parents)}, with all that it has."
    yield _doc(value)
    variables = _variables(value)
    shared: dict[str, list[str]] = {}
    for key, member in sorted(_members(value).items()):
        if member in told:
            shared.setdefault(told[member], []).append(f"`{key}`")
            continue
        told[member] = name
        yield f"#### `{key}`"
        yield _fenced(
            re.sub(r"\b[A-Z]\b", lambda found: variables.get(found[0], found[0]), _member(key, value, member))
        )
        yield _doc(getattr(value, key))
    for other, keys in shared.items():
        yield f"As `{other}` has them: {', '.join(keys)}."


def _variables(value: type) -> dict[str, str]:
    """What a class makes of the type variables of its parents."""
    found: dict[str, str] = {}
    for base in getattr(value, "__orig_bases__", ()):
        variables = getattr(get_origin(base), "__parameters__", ())
        found |= {each.__name__: _annotation(given) for each, given in zip(variables, get_args(base), strict=False)}
    return found


def _member(key: str, owner: type, member: Any) -> str:
    if isinstance(member, property | cached_property):
        getter = member.fget if isinstance(member, property) else member.func
        return f"{key}: {getter.__annotations__.get('return', 'Any')}"
    return _signature(key, getattr(owner, key) if isinstance(member, classmethod | staticmethod) else member)


def _members(value: type) -> dict[str, Any]:
    """The methods and properties of a class, as they lie in it; those of a public parent are told there."""
    elsewhere = {ancestor for parent in value.__mro__[1:] if _is_public(parent) for ancestor in parent.__mro__}
    found: dict[str, Any] = {}
    for owner in reversed([each for each in value.__mro__ if each not in elsewhere]):
        if owner.__module__.startswith("llm."):
            found |= {key: each for key, each in vars(owner).items() if isinstance(each, MEMBERS) and key[0] != "_"}
    return found


def _is_public(value: type) -> bool:
    return any(value is getattr(importlib.import_module(door), value.__name__, None) for door in ("llm", "llm.testing"))


def _doc(value: Any) -> str:
    """The docstring; what is indented in it is code, and stays so."""
    return (inspect.getdoc(value) or "").strip()


def _fenced(code: str) -> str:
    return f"{FENCE}\n{code}\n```"


def _signature(name: str, value: Any) -> str:
    """As it is written in a source: on one line where it fits, else with a line for each parameter."""
    signature = inspect.signature(value)
    parameters = [each for each in signature.parameters.values() if not each.name.startswith("_")]
    if parameters and parameters[0].name == "self":
        del parameters[0]
    shown = list(_shown(parameters))
    returned = signature.return_annotation
    arrow = "" if inspect.isclass(value) or returned is signature.empty else f" -> {_annotation(returned)}"
    prefix = "async " if inspect.iscoroutinefunction(value) else ""
    line = f"{prefix}{name}({', '.join(shown)}){arrow}"
    if len(line) <= WIDTH:
        return line
    return "\n".join([f"{prefix}{name}(", *(f"    {each}," for each in shown), f"){arrow}"])


def _shown(parameters: list[inspect.Parameter]) -> Iterator[str]:
    starred = False
    for each in parameters:
        if each.kind is each.KEYWORD_ONLY and not starred:
            yield "*"
        starred = starred or each.kind in (each.KEYWORD_ONLY, each.VAR_POSITIONAL)
        stars = "*" if each.kind is each.VAR_POSITIONAL else "**" if each.kind is each.VAR_KEYWORD else ""
        annotation = "" if each.annotation is each.empty else f": {_annotation(each.annotation)}"
        yield f"{stars}{each.name}{annotation}{_default(each, annotation)}"


def _annotation(annotation: Any) -> str:
    return annotation if isinstance(annotation, str) else str(getattr(annotation, "__name__", annotation))


def _default(parameter: inspect.Parameter, annotation: str) -> str:
    if parameter.default is parameter.empty:
        return ""
    value = repr(parameter.default)
    value = "..." if value.startswith("<") else value  # made anew for each object, or an object without a spelling
    return f" = {value}" if annotation else f"={value}"


if __name__ == "__main__":
    sys.exit(main())
