"""A text, or a pattern, that gives way to another text in whatever form it stands."""

from __future__ import annotations

import base64
import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import NamedTuple
from urllib.parse import quote, quote_plus

from ..errors import RequestError

_DEPTH = 3  # JSON in JSON in JSON: a tool's arguments inside an event inside a log
_JSON = re.compile(
    r"""\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\U[0-9a-fA-F]{8}"""
    r"""|\\x[0-9a-fA-F]{2}|\\["'\\/bfnrt]"""
)
_LETTERS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_MORE = "%[89abAB][0-9a-fA-F]"
_CHARACTER = "|".join(
    [f"%[cdCD][0-9a-fA-F]{_MORE}", f"%[eE][0-9a-fA-F]{_MORE * 2}", f"%[fF][0-7]{_MORE * 3}", "%[0-9a-fA-F]{2}"]
)
_PERCENT = re.compile(_CHARACTER)
_FORM = re.compile(rf"{_CHARACTER}|\+")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_BASE64 = r"[A-Za-z0-9+/_-]{%d,}={0,2}"
_WRAPPED = re.compile(r"(?:[A-Za-z0-9+/]{60,76}\r?\n)+[A-Za-z0-9+/]{1,76}={0,2}")
_SHORTEST_RUN = 16
_LONGEST_WORD = 40
_MOST_WORDS = 100_000


class Rewriting:
    """
    Puts *replacement* in place of what *pattern* matches, in texts and in files.

    What is written with escapes is found too: as JSON and Python write them, also several deep, in URLs and forms, in
    HTML, and in base64. The replacement is written in the same way, so that JSON stays JSON.
    """

    def __init__(self, pattern: re.Pattern[str], replacement: str, literal: str | None = None) -> None:
        self._pattern = pattern
        self._replacement = replacement
        self._literal = literal
        shortest = _SHORTEST_RUN if literal is None else max(8, len(literal.encode("utf-8", "surrogatepass")) * 4 // 3)
        self._run = re.compile(_BASE64 % shortest)
        self._words: dict[str, str] = {}

    @classmethod
    def of_text(cls, text: str, replacement: str) -> Rewriting:
        """The replacement of this very text. Raises RequestError for one that is empty, or that would stay."""
        if not text:
            raise RequestError("There is no text to redact")
        # Two halves of a character beside each other are that character, once they have been through JSON.
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
        if text in replacement:
            raise RequestError(
                "The replacement holds the text that is to be redacted", hint="Choose another one with --replace"
            )
        return cls(re.compile(re.escape(text)), replacement, text)

    @classmethod
    def of_pattern(cls, text: str, replacement: str) -> Rewriting:
        """The replacement of all that a regular expression matches. Raises RequestError where that cannot be."""
        try:
            pattern = re.compile(text)
        except (re.error, OverflowError, RecursionError) as error:
            raise RequestError(
                f"The pattern cannot be used: {error}", hint="The syntax is that of Python's module re"
            ) from None
        if pattern.search("") is not None:
            raise RequestError("The pattern also fits where there is nothing to redact", hint="As x* does; x+ would do")
        if pattern.search(replacement) is not None:
            raise RequestError("The pattern fits the replacement", hint="Choose another one with --replace")
        return cls(pattern, replacement)

    def __call__(self, text: str) -> str:
        """The text with the replacement in it."""
        text = self._plainly(text)
        for view in _VIEWS:
            if view.mark in text:
                text = self._escaped(text, view)
        return self._in_base64(text)

    def file(self, data: bytes) -> bytes:
        """The bytes of a file with the replacement in them; bytes that are no text stay as they are."""
        if data.startswith((b"\xff\xfe", b"\xfe\xff")) and len(data) % 2 == 0:
            encoding = "utf-16-le" if data.startswith(b"\xff") else "utf-16-be"
            data = self(data.decode(encoding, "surrogatepass")).encode(encoding, "surrogatepass")
        handler = utf8_handler(data)
        data = self(data.decode("utf-8", handler)).encode("utf-8", handler)
        if self._literal is not None:
            for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
                old, new = (text.encode(encoding, "surrogatepass") for text in (self._literal, self._replacement))
                data = data.replace(old, new)
        return data

    def _plainly(self, text: str) -> str:
        return self._pattern.sub(lambda match: self._replacement if match[0] else "", text)

    def _escaped(self, text: str, view: _View) -> str:
        """Replace what is there once escapes are read, and was not there before."""
        pieces: list[str] = []
        behind = 0
        for start, end, depth in sorted(self._spans(text, view)):
            replacement = self._replacement
            for _ in range(depth):
                replacement = view.write(replacement)
            pieces += [text[behind:start], replacement]
            behind = end
        return "".join([*pieces, text[behind:]])

    def _spans(self, text: str, view: _View) -> Iterator[tuple[int, int, int]]:
        """Where the pattern matches beneath escapes, and how many deep; no two overlap."""
        taken = _Taken()
        read, places = text, _Places()
        for depth in range(1, view.depth + 1):
            read, below = _read(read, view)
            if not below.starts:
                return
            places = below.over(places)
            for match in self._pattern.finditer(read):
                start, end = places.at(match.start()), places.at(match.end())
                if match[0] and end - start != len(match[0]) and taken.take(start, end):
                    yield start, end, depth
            taken.settle()

    def _in_base64(self, text: str) -> str:
        if "\n" in text:
            text = _WRAPPED.sub(self._decoded, text)
        return self._run.sub(self._known, text)

    def _known(self, match: re.Match[str]) -> str:
        """A run that may be base64; most are words, which come again."""
        run = match[0]
        if len(run) > _LONGEST_WORD:
            return self._decoded(match)
        found = self._words.get(run)
        if found is None:
            if len(self._words) >= _MOST_WORDS:
                self._words.clear()
            found = self._words[run] = self._decoded(match)
        return found

    def _decoded(self, match: re.Match[str]) -> str:
        """A run of base64, also where other letters stand before it."""
        run = match[0]
        bare = "".join(run.split()).rstrip("=")
        for start in range(4):
            coded = bare[start:].translate(_STANDARD)
            coded = coded[: len(coded) - (len(coded) % 4 == 1)]
            data = base64.b64decode(coded + "=" * (-len(coded) % 4))
            if (new := self._in_bytes(data)) != data:
                return bare[:start] + base64.b64encode(new).decode("ascii")
        return run

    def _in_bytes(self, data: bytes) -> bytes:
        if self._literal is not None:
            old = self._literal.encode("utf-8", "surrogatepass")
            if old in data:
                return data.replace(old, self._replacement.encode("utf-8", "surrogatepass"))
        text = data.decode("utf-8", "surrogateescape")
        for view in _VIEWS:
            if view.mark in text:
                text = self._escaped(text, view)
        return (self._plainly(text) if self._literal is None else text).encode("utf-8", "surrogateescape")


class _View(NamedTuple):
    """A way to write with escapes: what shows that there are some, what each looks like, how it is read and written."""

    mark: str
    escape: re.Pattern[str]
    read: Callable[[str], str]
    write: Callable[[str], str]
    depth: int


class _Taken:
    """Places in a text that do not overlap. Those of one depth come in their order, and are settled together."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._new: list[tuple[int, int]] = []

    def take(self, start: int, end: int) -> bool:
        """Take this place; False where a part of it is taken."""
        if self._new and start < self._new[-1][1]:
            return False
        before = bisect_right(self._starts, start)
        if (before and self._ends[before - 1] > start) or (before < len(self._starts) and self._starts[before] < end):
            return False
        self._new.append((start, end))
        return True

    def settle(self) -> None:
        """What was taken last stands among the rest."""
        spans = sorted([*zip(self._starts, self._ends, strict=True), *self._new])
        self._starts, self._ends = [start for start, _ in spans], [end for _, end in spans]
        self._new = []


class _Places:
    """Where in a text with escapes the characters of the text that is read from it are."""

    def __init__(self) -> None:
        self.starts: list[int] = []  # in what is read, where an escape ends; from there on the shift holds
        self.shifts: list[int] = []
        self._above: _Places | None = None

    def note(self, start: int, shift: int) -> None:
        self.starts.append(start)
        self.shifts.append(shift)

    def over(self, above: _Places) -> _Places:
        """The places in the text from which *above* was read."""
        self._above = above if above.starts else None
        return self

    def at(self, index: int) -> int:
        """The place of a character, or of the end."""
        position = bisect_right(self.starts, index)
        here = index + (self.shifts[position - 1] if position else 0)
        return here if self._above is None else self._above.at(here)


def utf8_handler(data: bytes) -> str:
    """How Python keeps what is no text in UTF-8: half characters, as the history writes them, or any bytes."""
    try:
        data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return "surrogateescape"
    return "surrogatepass"


def _read(text: str, view: _View) -> tuple[str, _Places]:
    """The text with its escapes read, and where its characters were."""
    pieces: list[str] = []
    places, end, length = _Places(), 0, 0
    for escape in view.escape.finditer(text):
        plain = view.read(escape[0])
        if plain == escape[0]:
            continue
        pieces += [text[end : escape.start()], plain]
        length += escape.start() - end + len(plain)
        end = escape.end()
        places.note(length, end - length)
    return "".join([*pieces, text[end:]]), places


def _of_json(escape: str) -> str:
    match escape[1]:
        case "u" if len(escape) == 12:
            return (bytes.fromhex(escape[2:6]) + bytes.fromhex(escape[8:])).decode("utf-16-be")
        case "u" | "x" | "U":
            code = int(escape[2:], 16)
            return chr(code) if code < 0x110000 else escape
        case letter:
            return _LETTERS.get(letter, letter)


def _to_json(text: str) -> str:
    return json.dumps(text)[1:-1]


def _of_percent(escape: str) -> str:
    return " " if escape == "+" else bytes.fromhex(escape.replace("%", "")).decode("utf-8", "surrogateescape")


def _to_percent(text: str) -> str:
    return quote(text, safe="", errors="surrogatepass")


def _to_form(text: str) -> str:
    return quote_plus(text, errors="surrogatepass")


def _of_entity(escape: str) -> str:
    from html import unescape

    return unescape(escape)


def _to_entity(text: str) -> str:
    from html import escape

    return escape(text)


_STANDARD = str.maketrans("-_", "+/")
_VIEWS = (
    _View("\\", _JSON, _of_json, _to_json, _DEPTH),
    _View("%", _PERCENT, _of_percent, _to_percent, 2),
    _View("+", _FORM, _of_percent, _to_form, 1),
    _View("&", _ENTITY, _of_entity, _to_entity, 2),
)
