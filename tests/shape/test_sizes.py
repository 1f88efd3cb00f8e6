"""Files and functions stay small enough to be read."""

from __future__ import annotations

import re
import statistics

from .source import Function, sources

OURS = sources("src", "bench", "docs")
FILE_LINES = 400
FUNCTION_LINES = 60
MEDIAN_FILE_LINES = 150
MEDIAN_FUNCTION_LINES = 12

# Names that say nothing attract everything.
VAGUE = {"base", "common", "core", "helper", "helpers", "misc", "shared", "stuff", "util", "utils"}
DOOR_OF_THE_OLDER_PACKAGE = "src/llm/utils.py"


def _length(function: Function) -> int:
    """The lines of its body, with its docstring: what a signature needs is the caller's business."""
    first = function.body[0].lineno
    return (function.body[-1].end_lineno or first) - first + 1


def test_no_file_should_have_been_two() -> None:
    median = statistics.median(source.lines for source in OURS)
    long = {str(source): source.lines for source in OURS if source.lines > FILE_LINES}
    assert not long, f"longer than {FILE_LINES} lines, where the median is {median:g}: {long}"
    assert median <= MEDIAN_FILE_LINES


def test_no_function_should_have_been_two() -> None:
    functions = [(source, function) for source in OURS for function in source.functions()]
    median = statistics.median(_length(function) for _, function in functions)
    long = {f"{source}:{f.lineno} {f.name}": _length(f) for source, f in functions if _length(f) > FUNCTION_LINES}
    assert not long, f"longer than {FUNCTION_LINES} lines, where the median is {median:g}: {long}"
    assert median <= MEDIAN_FUNCTION_LINES


def test_files_are_named_after_what_they_hold() -> None:
    vague = [str(source) for source in OURS if source.path.stem in VAGUE]
    assert set(vague) <= {DOOR_OF_THE_OLDER_PACKAGE}


def test_what_is_kept_from_a_checker_is_named() -> None:
    """Comments that quiet mypy or ruff say which complaint they mean, so that they hide no other."""
    unnamed = re.compile(r"#\s*type:\s*ignore(?!\[)|#\s*noqa(?!:\s*[A-Z])")
    files = sources("src", "bench", "docs", "tests")
    lines = [(file, number, line) for file in files for number, line in enumerate(file.text.splitlines(), 1)]
    assert [f"{file}:{number}" for file, number, line in lines if unnamed.search(line)] == []
