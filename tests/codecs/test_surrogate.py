"""Characters that were cut into halves are whole again."""

from __future__ import annotations

import json

from codec_replies import decode

from llm._codecs.surrogate import SurrogateJoiner, mended


def test_halves_in_two_pieces_are_joined() -> None:
    """The first half waits for the second."""
    joiner = SurrogateJoiner()
    assert joiner.join("a\ud83d") == "a"
    assert joiner.join("\udc26b") == "🐦b"


def test_halves_without_another_become_the_replacement_character() -> None:
    """Every string that comes out can be written as UTF-8."""
    joiner = SurrogateJoiner()
    assert joiner.join("\udc26") == "\ufffd"
    assert joiner.join("\ud83d") == ""
    assert joiner.join("x") == "\ufffdx"
    assert mended({"\ud83d": ["\ud83d\udc26", 1, None]}) == {"\ufffd": ["🐦", 1, None]}


def test_a_stream_that_cuts_an_emoji_in_two_shows_it() -> None:
    """Two events with half an emoji each give text that can be printed."""
    chunks = [{"choices": [{"index": 0, "delta": {"content": text}}]} for text in ("A ", "\ud83d", "\udc26 sings")]
    body = "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks) + "data: [DONE]\n\n"
    reply = decode([body.encode()])
    assert reply.error is None
    assert reply.text == "A 🐦 sings"
