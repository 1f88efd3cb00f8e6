"""Text from elsewhere cannot steer a terminal."""

from __future__ import annotations

import pytest

from llm._cli.visible import in_one_line, visible


@pytest.mark.parametrize("text", ["", "Größe 🦤", "line\nline\ttab\rreturn", "e\u0301 \u200d \u00a0"])
def test_text_that_does_nothing_stays_as_it_is(text: str) -> None:
    assert visible(text) == text


def test_every_other_control_character_has_a_visible_sign() -> None:
    controls = [chr(code) for code in [*range(0x20), *range(0x7F, 0xA0)] if chr(code) not in "\n\t\r"]
    shown = [visible(f"a{control}b") for control in controls]
    assert all(len(text) == 3 and text.isprintable() for text in shown)


def test_a_part_of_a_line_cannot_end_it_or_write_over_it() -> None:
    assert in_one_line("Größe 🦤") == "Größe 🦤"
    assert in_one_line("a\nb\rc\td\x1b") == "a␊b␍c␉d␛"
