"""Text that people and models write, as HTML that holds nothing but that text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

_FENCE = re.compile(r" {0,3}(?P<marks>`{3,}|~{3,})(?P<language>[^`]*)$")
_HEADING = re.compile(r"#{1,6} +(?P<text>.*)")
_INLINE = re.compile(r"`(?P<code>[^`\n]+)`|\*\*(?P<bold>[^*\n]+)\*\*|(?P<url>https?://[^\s<>\"'`\\]+)")
_AFTER_URL = ".,;:!?)]*_"
_CONTROLS = {code: 0xFFFD for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\n\t\r"}


def cleaned(page: str) -> str:
    """The page with a sign in place of what HTML and UTF-8 do not know: control characters and half characters."""
    return page.translate(_CONTROLS).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def html_text(text: str) -> str:
    """
    The text in paragraphs, of whose Markdown code, headings, bold words and addresses are set off.

    Everything else stays as it was written, line by line: nothing is lost where it was no Markdown.
    """
    return "\n".join(_blocks(text.replace("\r\n", "\n").split("\n")))


def _blocks(lines: list[str]) -> Iterator[str]:
    paragraph: list[str] = []
    code: list[str] = []
    marks = ""
    for line in lines:
        fence = _FENCE.fullmatch(line)
        if marks:
            if fence and fence["marks"].startswith(marks) and not fence["language"].strip():
                yield _code(code)
                marks, code = "", []
            else:
                code.append(line)
        elif fence or not line.strip() or _HEADING.fullmatch(line):
            yield from _paragraph(paragraph)
            paragraph = []
            if fence:
                marks = fence["marks"]
            elif heading := _HEADING.fullmatch(line):
                yield f'<p class="heading" dir="auto">{_inline(heading["text"])}</p>'
        else:
            paragraph.append(line)
    yield from _paragraph(paragraph)
    if marks:
        yield _code(code)


def _paragraph(lines: list[str]) -> Iterator[str]:
    if lines:
        yield f'<p dir="auto">{_inline(chr(10).join(lines))}</p>'


def _code(lines: list[str]) -> str:
    return f"<pre><code>{escape(chr(10).join(lines))}</code></pre>"


def _inline(text: str) -> str:
    pieces, end = [], 0
    for found in _INLINE.finditer(text):
        pieces += [escape(text[end : found.start()]), _marked(found)]
        end = found.end()
    return "".join([*pieces, escape(text[end:])])


def _marked(found: re.Match[str]) -> str:
    if found["code"] is not None:
        return f"<code>{escape(found['code'])}</code>"
    if found["bold"] is not None:
        return f"<strong>{escape(found['bold'])}</strong>"
    url = found["url"].rstrip(_AFTER_URL)
    return link(url) + escape(found["url"][len(url) :])


def link(url: str) -> str:
    """A link to a web page, which is not told where the reader comes from; anything else is shown as text."""
    if not url.lower().startswith(("http://", "https://")):
        return escape(url)
    return f'<a href="{escape(url)}" rel="noopener noreferrer nofollow">{escape(url)}</a>'
