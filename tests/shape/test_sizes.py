"""Files and functions stay small enough to be read."""

from __future__ import annotations

import re
import statistics

import pytest

from .source import Function, Source, sources

OURS = sources("src", "bench", "docs")
FILE_LINES = 400
FUNCTION_LINES = 60
MEDIAN_FILE_LINES = 150
MEDIAN_FUNCTION_LINES = 12

# Names that say nothing attract everything.
VAGUE = {"base", "common", "core", "helper", "helpers", "misc", "shared", "stuff", "tools_", "util", "utils"}
DOOR_OF_THE_OLDER_PACKAGE = "src/llm/utils.py"


def _length(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


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


@pytest.mark.parametrize("source", OURS, ids=str)
def test_a_file_is_named_after_what_it_holds(source: Source) -> None:
    if str(source) != DOOR_OF_THE_OLDER_PACKAGE:
        assert source.path.stem not in VAGUE


@pytest.mark.parametrize("source", sources("src", "bench", "docs", "tests"), ids=str)
def test_what_is_kept_from_a_checker_is_named(source: Source) -> None:
    """`# type: ignore` and `# noqa` say which complaint they mean, so that they hide no other."""
    lines = enumerate(source.text.splitlines(), 1)
    unnamed = re.compile(r"#\s*type:\s*ignore(?!\[)|#\s*noqa(?!:\s*[A-Z])")
    assert [f"{source}:{number}" for number, line in lines if unnamed.search(line)] == []
