"""A conversation as lines of a tree."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from .._api.transcript import Said, Transcript, said
from .._domain.part import AttachmentPart, ReasoningPart, TextPart, ToolCallPart, ToolResultPart
from .columns import cells

if TYPE_CHECKING:
    from .._api.conversation_tree import Branch
    from .._domain.part import Part

SHORT_ID = 12
"""The digits of a message's id that are shown, which are enough to tell a million million messages apart."""
_LONGEST_ROLE = len("assistant")
_SHORTEST_TEXT = 20


def conversation_lines(transcript: Transcript, width: int) -> Iterator[str]:
    """The conversation's title, what it was forked from, and its turns; texts are cut to *width* cells."""
    record = transcript.record
    yield _cut(record.title or record.id, width)
    yield "  ".join([record.id, *(f"#{tag}" for tag in record.tags)])
    if record.system:
        yield _cut(f"System: {record.system}", width)
    if transcript.before:
        yield ""
        yield "Goes on from:"
        for each in said(transcript.before):
            yield _message(each, "  ", width)
    yield from _trees(transcript.branches(), width)


def _trees(roots: list[Branch], width: int) -> Iterator[str]:
    """Each turn is followed by the one that goes on from it; where several do, each of them begins a branch."""
    waiting = [(root, "", "") for root in reversed(roots)]
    while waiting:
        branch, lead, rest = waiting.pop()
        yield rest.rstrip() if not lead else _without_corner(lead)
        yield from _turn(branch, lead, rest, width)
        following = branch.following
        if len(following) == 1:
            waiting.append((following[0], rest, rest))
            continue
        for index, each in reversed(list(enumerate(following))):
            is_last = index == len(following) - 1
            waiting.append((each, rest + ("└─ " if is_last else "├─ "), rest + ("   " if is_last else "│  ")))


def _without_corner(lead: str) -> str:
    """The empty line above a turn, through which the branches go."""
    return lead.replace("├─ ", "│").replace("└─ ", "│").rstrip()


def _turn(branch: Branch, lead: str, rest: str, width: int) -> Iterator[str]:
    turn = branch.turn
    began = datetime.fromtimestamp(turn.started).strftime("%Y-%m-%d %H:%M")
    status = f"  {turn.status}" if turn.status != "done" else ""
    yield _cut(f"{lead}{turn.id}  {began}  {turn.model}{status}", width)
    for each in branch.said:
        yield _message(each, f"{rest}  ", width)


def _message(each: Said, lead: str, width: int) -> str:
    text = " ".join(" ".join(filter(None, map(_part, each.message.parts))).split())
    start = f"{lead}{each.id[:SHORT_ID]}  {each.message.role:<{_LONGEST_ROLE}}  "
    return f"{start}{_cut(text, max(width - cells(start), _SHORTEST_TEXT))}".rstrip()


def _part(part: Part) -> str:
    match part:
        case TextPart():
            return part.text
        case ReasoningPart():
            return ""
        case ToolCallPart():
            return f"[calls {part.name}]"
        case ToolResultPart():
            return f"[{part.name}: {part.exception or part.output}]"
        case AttachmentPart():
            return f"[{part.attachment.type or 'file'}]"


def _cut(text: str, width: int) -> str:
    """The start of the text in one line, as much as takes so many cells."""
    text = text[: 4 * width].rstrip() if len(text) > 4 * width else text
    line = " ".join(text.split("\n"))
    if cells(line) <= width:
        return line
    while cells(line) >= width:
        line = line[:-1]
    return f"{line}…"
