"""The tokens of a scripted model, as a byte-level vocabulary in the manner of GPT-2."""

from __future__ import annotations

from collections.abc import Iterable

NORMAL, CONTROL = 1, 3  # GGUF's token types

# A byte-pair vocabulary must know one merge at least; this one changes how a prompt is counted, never what is said.
MERGE = ("h", "e")


class Vocabulary:
    """
    Numbered tokens: all 256 bytes, so that any prompt can be read, then control tokens, then pieces of a script.

    `texts` are spelled as the file wants them: a control token as it is, all else with a printable character for each
    byte of its UTF-8. `types` says which is which.
    """

    def __init__(self, control: Iterable[str], pieces: Iterable[str]) -> None:
        types = dict.fromkeys(control, CONTROL)
        types |= dict.fromkeys([*_CHARACTERS, "".join(MERGE), *map(_spelled, pieces)], NORMAL)
        self.texts = list(types)
        self.types = list(types.values())
        self._ids = {text: number for number, text in enumerate(self.texts)}

    def __len__(self) -> int:
        return len(self.texts)

    def control(self, token: str) -> int:
        """The number of a control token."""
        return self._ids[token]

    def piece(self, text: str) -> int:
        """The number of a piece of text."""
        return self._ids[_spelled(text)]


def _byte_characters() -> list[str]:
    """A printable character for each byte: itself where Latin-1 shows it, else the next one from U+0100 on."""
    shown = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    stand_ins = iter(range(0x100, 0x200))
    return [chr(byte if byte in shown else next(stand_ins)) for byte in range(256)]


_CHARACTERS = _byte_characters()


def _spelled(piece: str) -> str:
    return "".join(_CHARACTERS[byte] for byte in piece.encode("utf-8"))
