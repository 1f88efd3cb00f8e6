"""Chunked bodies are decoded alike however the network cuts them."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from llm._io.chunked import ChunkedDecoder

CHUNKS = [b"Hel", b"lo, \r\n", b"x" * 300, b"\n", "Wörld 🦩".encode()]
CONTENT = b"".join(CHUNKS)


def framed(chunks: list[bytes], *, extension: bytes = b"", trailers: bytes = b"") -> bytes:
    body = b"".join(b"%x%b\r\n%b\r\n" % (len(chunk), extension, chunk) for chunk in chunks)
    return body + b"0\r\n" + trailers + b"\r\n"


BODIES = {
    "plain": framed(CHUNKS),
    "extensions": framed(CHUNKS, extension=b' ; name="a;b"'),
    "trailers": framed(CHUNKS, trailers=b"Digest: abc\r\nX-Two: 2\r\n"),
    "capital sizes": framed(CHUNKS).replace(b"12c\r\n", b"012C\r\n"),
    "newline only after the size": b"5\nHello\r\n0\n\n",
}


def decoded(pieces: list[bytes]) -> bytes:
    decoder = ChunkedDecoder()
    content = b"".join(map(decoder.feed, pieces))
    assert decoder.done
    return content


@pytest.mark.parametrize("kind", BODIES)
def test_every_cut_in_two_equals_the_whole(kind: str) -> None:
    body = BODIES[kind]
    whole = decoded([body])
    assert whole in (CONTENT, b"Hello")
    assert {decoded([body[:cut], body[cut:]]) for cut in range(len(body) + 1)} == {whole}


@pytest.mark.parametrize("kind", BODIES)
def test_single_bytes_and_random_cuts_equal_the_whole(kind: str) -> None:
    body = BODIES[kind]
    whole = decoded([body])
    assert decoded([bytes([byte]) for byte in body]) == whole
    chance = random.Random(7)
    for _ in range(200):
        cuts = sorted(chance.sample(range(len(body) + 1), 4))
        edges = [0, *cuts, len(body)]
        assert decoded([body[a:b] for a, b in pairwise(edges)]) == whole


def test_it_is_not_done_before_the_last_line() -> None:
    decoder = ChunkedDecoder()
    assert decoder.feed(framed([b"all"])[:-2]) == b"all"
    assert not decoder.done
    assert decoder.feed(b"\r\n") == b""
    assert decoder.done


def test_content_is_given_as_soon_as_it_is_there() -> None:
    decoder = ChunkedDecoder()
    assert decoder.feed(b"a\r\n01234") == b"01234"
    assert decoder.feed(b"56789") == b"56789"
    assert decoder.feed(b"\r\n") == b""


def test_what_follows_the_body_is_no_part_of_it() -> None:
    assert decoded([framed([b"all"]) + b"HTTP/1.1 200 OK\r\n"]) == b"all"


BROKEN = {
    "no number": b"zz\r\nabc",
    "negative": b"-5\r\nabc",
    "no size": b"\r\n\r\n",
    "a page": b"<html>\r\n",
    "a line without end": b"a" * 5000,
    "content longer than said": b"2\r\nabcdef\r\n0\r\n\r\n",
}


@pytest.mark.parametrize("kind", BROKEN)
def test_broken_framing_is_an_error_in_words(kind: str) -> None:
    with pytest.raises(ValueError, match="chunk size") as caught:
        ChunkedDecoder().feed(BROKEN[kind])
    assert "int()" not in str(caught.value)
