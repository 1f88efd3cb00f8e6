"""Text from elsewhere, shown without letting it steer the terminal."""

from __future__ import annotations

_KEPT = "\n\t\r"

_STAND_INS: dict[int, int] = {
    **{code: 0x2400 + code for code in range(0x20) if chr(code) not in _KEPT},
    0x7F: 0x2421,
    **dict.fromkeys(range(0x80, 0xA0), 0xFFFD),
}

_BREAKS: dict[int, int] = {ord(character): 0x2400 + ord(character) for character in _KEPT}


def visible(text: str) -> str:
    """
    *text* with a visible sign for every control character but line breaks and tabs: ␛ for escape.

    A model may repeat what a web page told it, and escape sequences can hide text, rename the window or fill the
    clipboard. Output that goes to a file or another program is never changed.
    """
    return text if text.isprintable() else text.translate(_STAND_INS)


def in_one_line(text: str) -> str:
    """*text* as a part of a line, in which line breaks and tabs are made visible too: no other line can be forged."""
    return visible(text).translate(_BREAKS)
