"""Code is taken out of answers."""

from __future__ import annotations

import pytest

from llm._cli.extraction import code_block


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("```\na\n```", "a\n", "a\n"),
        ("one\n```python\na\n```\ntwo\n```js\nb\nc\n```  \nend", "a\n", "b\nc\n"),
        ("````md\n```\ninner\n```\n````\n", "```\ninner\n```\n", "```\ninner\n```\n"),
        ("```c++\r\na\r\n```\r\n", "a\r\n", "a\r\n"),
        ("```\n```", "", ""),
        ("```python\nnever ends", None, None),
        ("no `code` here", None, None),
        ("", None, None),
    ],
)
def test_the_first_or_the_last_block_is_what_stands_between_fences(
    text: str, first: str | None, last: str | None
) -> None:
    assert (code_block(text), code_block(text, last=True)) == (first, last)
