"""A conversation as one page of HTML, which needs nothing else and runs nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from html import escape
from typing import TYPE_CHECKING

from .._domain.message import Message
from .._domain.part import AttachmentPart, Part, ReasoningPart, TextPart, ToolCallPart, ToolResultPart
from .._domain.turn import Turn
from .conversation_markdown import WHO
from .html_file import html_file
from .html_style import STYLE
from .html_text import cleaned, html_text
from .transcript import said_in

if TYPE_CHECKING:
    from .transcript import Transcript

# Whatever a model wrote, the page loads nothing from anywhere, and runs nothing.
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src data:; base-uri 'none'; form-action 'none'"
)


def conversation_html(transcript: Transcript) -> str:
    """Who said what, with images and sounds; reasoning and tools are folded."""
    title = transcript.record.title or transcript.record.id
    return cleaned(
        f"""<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<title>{escape(title)}</title>
<style>
{STYLE}</style>
</head>
<body>
<main>
<header>
<h1 dir="auto">{escape(title)}</h1>
<p class="facts">{_facts(transcript)}</p>
</header>
{chr(10).join(_body(transcript))}
</main>
</body>
</html>
"""
    )


def _facts(transcript: Transcript) -> str:
    record = transcript.record
    models = dict.fromkeys(turn.resolved_model or turn.model for turn in transcript.turns)
    turns = f"{len(transcript.turns)} turn{'s' if len(transcript.turns) != 1 else ''}"
    tags = "".join(f' <span class="tag">{escape(tag)}</span>' for tag in record.tags)
    return (
        " · ".join([*map(escape, models), turns, escape(_time(record.used)), f"<code>{escape(record.id)}</code>"])
        + tags
    )


def _body(transcript: Transcript) -> Iterator[str]:
    if transcript.before:
        yield '<section class="before">'
        yield from _messages(transcript.before)
        yield "</section>"
    system, last = "", transcript.turns[0].after if transcript.turns else None
    for turn in transcript.turns:
        if turn.system and turn.system != system:
            yield f'<details class="system"><summary>System prompt</summary>\n{html_text(turn.system)}\n</details>'
        yield f'<section id="{escape(turn.id)}">'
        if turn.after != last:
            yield '<p class="note">This goes on from an earlier point of the conversation.</p>'
        yield from _messages((*turn.input, *turn.answer))
        yield from _end(turn)
        yield "</section>"
        system, last = turn.system, said_in(turn)[-1].id if turn.input or turn.parts else turn.after


def _end(turn: Turn) -> Iterator[str]:
    if turn.status != "done":
        error = f": {turn.error}" if turn.error else ""
        yield f'<p class="note {turn.status}">The answer is not whole ({turn.status}){escape(error)}</p>'
    tokens = ((turn.usage.input, "in"), (turn.usage.output, "out"))
    facts = [
        turn.model,
        _time(turn.started),
        *(f"{count:,} tokens {way}" for count, way in tokens if count is not None),
    ]
    yield f'<p class="facts">{escape(" · ".join(facts))}</p>'


def _messages(messages: Iterable[Message]) -> Iterator[str]:
    for message in messages:
        yield f'<article class="{message.role}">'
        yield f"<h2>{WHO[message.role]}</h2>"
        for part in message.parts:
            yield from _part(part)
        yield "</article>"


def _part(part: Part) -> Iterator[str]:
    match part:
        case TextPart():
            yield html_text(part.text)
        case ReasoningPart() if part.text:
            yield f"<details><summary>Reasoning</summary>\n{html_text(part.text)}\n</details>"
        case ToolCallPart():
            arguments = part.raw or json.dumps(dict(part.arguments), indent=2, ensure_ascii=False)
            yield _folded(f"Tool call: {part.name}", arguments)
        case ToolResultPart():
            yield _folded(f"Tool result: {part.name}", part.exception or part.output)
            yield from map(html_file, part.attachments)
        case AttachmentPart():
            yield html_file(part.attachment)


def _folded(summary: str, text: str) -> str:
    return f"<details><summary>{escape(summary)}</summary>\n<pre><code>{escape(text)}</code></pre>\n</details>"


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
