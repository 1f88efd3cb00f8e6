"""Text set off from the Markdown around it, whatever marks it has itself."""

from __future__ import annotations

import json
import textwrap

_MANY_TAGS = 10
_LONG_LINE = 120


def fenced(text: str, language: str = "") -> str:
    """The text as a block of code, whose fence is longer than any in the text."""
    fence = "`" * 3
    while fence in text:
        fence += "`"
    return f"{fence}{language}\n{text}\n{fence}"


def fenced_json(value: object) -> str:
    """A value as a block of JSON."""
    return fenced(json.dumps(value, indent=2, ensure_ascii=False), "json")


def fenced_in_item(text: str) -> str:
    """The text as a block of code that belongs to the item of a list."""
    return textwrap.indent(fenced(text), "    ")


def fenced_if_code(text: str) -> str:
    """The text, as a block where it looks like code: it has many tags, or lines that are mostly short."""
    lines = text.splitlines()
    short = sum(len(line) < _LONG_LINE for line in lines)
    is_code = text.count("<") > _MANY_TAGS or (len(lines) > 3 and short / len(lines) > 0.9)
    return f"\n{fenced(text.strip())}" if is_code else text


def inline(text: str) -> str:
    """The text as code within a line."""
    mark = "`"
    while mark in text:
        mark += "`"
    return f"{mark} {text} {mark}" if text.startswith("`") or text.endswith("`") else f"{mark}{text}{mark}"
