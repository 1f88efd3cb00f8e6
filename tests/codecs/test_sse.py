"""Server-sent events come out of bytes however these are cut and however lines end."""

from __future__ import annotations

import random
import time

import pytest

from llm._codecs.sse import EventSplitter, ServerSentEvent, looks_like_stream

STREAM = (
    "\ufeff: a comment\n\n"
    "data: one\n\n"
    "event: named\ndata: two\n\n"
    "data:no space\n\n"
    "data: several\ndata\ndata:  lines\n\n"
    "id: 7\nretry: 10\nunknown: field\n\n"
    "\n\n\n"
    "event: forgotten, as it has no data\n\n"
    "data: Zürich 🐦\n\n"
    "data: the end leaves this one open"
)
EVENTS = [
    ("", b"one"),
    ("named", b"two"),
    ("", b"no space"),
    ("", b"several\n\n lines"),
    ("", "Zürich 🐦".encode()),
    ("", b"the end leaves this one open"),
]


def split(*chunks: bytes) -> list[ServerSentEvent]:
    splitter = EventSplitter()
    events = [event for chunk in chunks for event in splitter.feed(chunk)]
    return events + splitter.close()


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_any_cut_gives_the_same_events(line_end: str) -> None:
    """Each place where a stream can be cut in two, or in three, gives the events of the whole stream."""
    data = STREAM.replace("\n", line_end).encode()
    assert split(data) == EVENTS
    for cut in range(len(data) + 1):
        assert split(data[:cut], data[cut:]) == EVENTS
        assert split(data[:cut], data[cut : cut + 1], b"", data[cut + 1 :]) == EVENTS
    assert split(*(bytes([byte]) for byte in data)) == EVENTS


def test_an_event_is_given_out_with_its_blank_line() -> None:
    """Nothing waits for the next event: the blank line ends this one."""
    splitter = EventSplitter()
    assert splitter.feed(b"data: 1\n") == []
    assert splitter.feed(b"\n") == [("", b"1")]
    assert splitter.feed(b"data: 2\r\n\r\n") == [("", b"2")]
    assert splitter.feed(b"data: 3\r\n\r") == [("", b"3")]
    assert splitter.feed(b"\ndata: 4\n\n") == [("", b"4")]
    assert splitter.close() == []


def test_events_before_and_after_an_open_one_are_told_apart() -> None:
    """A chunk that ends one event, holds some and begins another gives the ones that are whole."""
    splitter = EventSplitter()
    assert splitter.feed(b"data: a\n\ndata: b") == [("", b"a")]
    assert splitter.feed(b"b\n\ndata: c\n\ndata: d\n\ndata: e") == [("", b"bb"), ("", b"c"), ("", b"d")]
    assert splitter.close() == [("", b"e")]


def test_a_space_before_a_field_and_the_field_error_are_understood() -> None:
    """Two habits of real servers, outside the standard."""
    assert split(b" data: first line\n\n") == [("", b"first line")]
    assert split(b'error: {"code": 500}\n\n') == [("error", b'{"code": 500}')]


def test_lines_that_are_no_fields_are_kept_for_the_error() -> None:
    """What a server sent instead of events can be shown, in an excerpt: whole lines, as a cut may go through a key."""
    splitter = EventSplitter()
    long = b"x" * 5000 + b"\n"
    splitter.feed(b"<html>\n<title>Oops</title>\n" + long + b"more\n" * 1000)
    assert splitter.close() == []
    assert splitter.stray == b"<html>\n<title>Oops</title>\n" + long


def test_a_very_long_line_takes_linear_time() -> None:
    """20 MB in one line and in pieces of 64 kB: the pieces are joined once."""
    piece = b"x" * 65_536
    splitter = EventSplitter()
    started = time.process_time()
    assert splitter.feed(b"data: ") == []
    for _ in range(320):
        assert splitter.feed(piece) == []
    ((name, data),) = splitter.feed(b"\n\n")
    assert (name, len(data)) == ("", 320 * 65_536)
    assert time.process_time() - started < 2, "a copy of all that came, for each piece, would take far longer"


@pytest.mark.parametrize(
    ("content_type", "start", "expected"),
    [
        ("text/event-stream", b"data: {}", True),
        ("application/json", b"data: {}", True),
        ("", b": OPENROUTER PROCESSING", True),
        ("", b"\xef\xbb\xbfevent: message", True),
        ("Text/Event-Stream; charset=utf-8", b"", True),
        ("text/event-stream", b"d", True),
        ("text/event-stream", b'\n{"error": 1}', False),
        ("text/event-stream", b"<!DOCTYPE html>", False),
        ("text/event-stream", b"[1]", False),
        ("application/json", b"", False),
        ("application/json", b"da", False),
    ],
)
def test_a_stream_is_known_by_its_first_bytes(content_type: str, start: bytes, expected: bool) -> None:
    """The bytes decide, and the content type where they say nothing."""
    assert looks_like_stream(content_type, start) is expected


FORMS = (
    b'data: {"a": 1}\n\n', b'event: one\ndata: {"b": "data: "}\n\n', b": comment\n\n", b"data: 1\ndata: 2\n\n",
    b"event: two\ndata: 1\ndata: 2\n\n", b"\n", b"data:3\n\n", b"event:three\ndata:4\n\n", b"event: \ndata: 5\n\n",
    b"event: four\n\n", b"id: 6\nevent: five\ndata: 6\n\n", b"stray data: 7\n\n", b" data: 8\n\n", b"data: \n\n",
    b"data\n\n", "event: fünf\ndata: ü\n\n".encode(), b"event: \xff\ndata: \xff\n\n", b"error: nine\n\n",
)  # fmt: skip


@pytest.mark.parametrize("seed", range(50))
def test_events_of_all_forms_are_the_same_at_once_and_line_by_line(seed: int) -> None:
    """Events that all look alike are found in another way than others; what is found is the same."""
    choose = random.Random(seed)
    forms = choose.choice((FORMS[:1], FORMS[1:2], FORMS[:2], FORMS))
    body = b"".join(choose.choice(forms) for _ in range(30))
    at_once = EventSplitter()
    by_lines = EventSplitter()
    expected = [event for line in body.splitlines(keepends=True) for event in by_lines.feed(line)] + by_lines.close()
    assert at_once.feed(b"") + at_once.feed(body) + at_once.close() == expected
