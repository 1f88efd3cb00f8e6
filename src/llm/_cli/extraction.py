"""Code in an answer."""

from __future__ import annotations

import re

# A fence, perhaps a language, the code, and a fence of the same length alone on its line.
_BLOCK = re.compile(r"^(?P<fence>`{3,})[^`\n]*\n(?P<code>.*?)^(?P=fence)[ \t]*\r?$", re.DOTALL | re.MULTILINE)


def code_block(text: str, *, last: bool = False) -> str | None:
    """What is in the first fenced code block of the text, or in the *last*; None: it has none."""
    found = [match["code"] for match in _BLOCK.finditer(text)]
    return found[-1 if last else 0] if found else None
