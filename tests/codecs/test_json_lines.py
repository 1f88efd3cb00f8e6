"""Lines of JSON, wherever the bytes are cut."""

from __future__ import annotations

import random

import pytest

from llm._codecs.json_lines import LineSplitter

BODY = '{"a": "größer 🐦"}\n\n{"b": 2}\r\n  {"c": 3}'.encode()


@pytest.mark.parametrize("seed", range(50))
def test_lines_are_the_same_wherever_the_bytes_are_cut(seed: int) -> None:
    choose, splitter, found, at = random.Random(seed), LineSplitter(), [], 0
    while at < len(BODY):
        size = choose.choice((1, 2, 3, 10, 100))
        found += splitter.feed(BODY[at : at + size])
        at += size
    found += splitter.close()
    assert [line.strip() for _, line in found] == ['{"a": "größer 🐦"}'.encode(), b'{"b": 2}', b'{"c": 3}']


def test_what_is_no_document_is_kept_for_the_error() -> None:
    splitter = LineSplitter()
    assert splitter.feed(b"<html>\nnot found\n") == []
    assert splitter.close() == []
    assert splitter.stray == b"<html>\nnot found\n"


def test_a_long_line_in_small_pieces_takes_time_that_grows_with_its_length_alone() -> None:
    splitter = LineSplitter()
    for _ in range(200_000):
        splitter.feed(b"{aaaaaaaaa")
    ((_, line),) = splitter.feed(b"\n")
    assert len(line) == 2_000_000
