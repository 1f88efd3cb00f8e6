"""The offline model's answers: a passage of the manual with its source, or how to connect a language model."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .bm25 import Match, search
from .sections import Section, manual_root, read_sections

LABEL = "Offline manual (a keyword search of LLM's own documentation, not a language model)"

# A section that is about less of what the question asks is no answer to it; about less than the second, not near one.
_ANSWERS = 0.5
_NEAR = 0.22
_SEE_ALSO = 2
_RELATED = 0.4

# Characters: what is quoted at most, and what a section is filled up to with the sections below it.
_LONGEST_QUOTE = 1600
_SHORT_QUOTE = 500

_CONNECT = """\
To ask a language model, connect one:

    llm keys set openai            store a key (openai, anthropic, gemini, mistral, groq, openrouter, ...)
    llm endpoints add NAME URL     add a server that speaks the OpenAI API, then: llm -m NAME/MODEL "..."
    llm models                     list the models that can be used
    pip install llm-PLUGIN         install a plugin with more models, where llm itself is installed
                                   (with pipx: pipx inject llm llm-PLUGIN)
"""

_PIECE = re.compile(r"\s*\S+")
_LINK = re.compile(r"\[([^\]]+)\]\((?!https?:)[^)]*\)")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


def answer(question: str, sections: Sequence[Section] | None = None) -> Iterator[str]:
    """
    The answer to a question about LLM, in short strings that join to Markdown.

    *sections* are those of the packaged manual unless given. It is a passage that is quoted as it stands, with its
    source; where none covers enough of the question, the answer says so, and how to connect a model.
    """
    yield from _pieces(f"{LABEL}\n\n{_answer(question, sections)}".rstrip())


def _answer(question: str, sections: Sequence[Section] | None) -> str:
    if sections is None:
        root = manual_root()
        sections = read_sections(root) if root else []
    if not sections:
        return f"The manual is not part of this installation.\n\n{_CONNECT}"
    matches = search(sections, question)
    best = next((match for match in matches if match.coverage >= _ANSWERS), None)
    if best is None:
        return _not_found([match for match in matches if match.named and match.coverage >= _NEAR])
    others = [match for match in matches if match is not best and match.coverage >= _ANSWERS]
    return _found(best, [match for match in others if match.score >= _RELATED * best.score], sections)


def _found(best: Match, others: Sequence[Match], sections: Sequence[Section]) -> str:
    section = best.section
    quoted, shown = _quote(section, sections)
    parts = [f"## {section.heading}", quoted, f"Source: {section.source}"]
    also = [match.section.source for match in others if match.section not in shown]
    if also:
        parts.append("See also:\n" + "\n".join(f"- {source}" for source in also[:_SEE_ALSO]))
    return "\n\n".join(parts)


def _not_found(near: Sequence[Match]) -> str:
    parts = ["That is not in the manual."]
    if near:
        parts.append("The nearest sections:\n" + "\n".join(f"- {match.section.source}" for match in near[:_SEE_ALSO]))
    return "\n\n".join([*parts, _CONNECT])


def _quote(section: Section, sections: Sequence[Section]) -> tuple[str, list[Section]]:
    """The section's text, and what was quoted: a short one is followed by the sections below it."""
    text, shown = section.text, [section]
    for below in _below(section, sections):
        addition = f"\n\n{'#' * (len(below.headings) + 1)} {below.heading}\n\n{below.text}"
        if len(text) >= _SHORT_QUOTE or len(text) + len(addition) > _LONGEST_QUOTE:
            break
        text += addition
        shown.append(below)
    if len(text) > _LONGEST_QUOTE:
        text = f"{cut(text, _LONGEST_QUOTE)}\n\n[... cut here: the rest is in docs/{section.page}]"
    return _LINK.sub(r"\1", text), shown  # links to other pages lead nowhere from a terminal


def _below(section: Section, sections: Sequence[Section]) -> Iterator[Section]:
    """The sections directly after this one that stand under its heading."""
    start = next(place for place, other in enumerate(sections) if other is section) + 1
    depth = len(section.headings)
    for other in sections[start:]:
        if other.page != section.page or other.headings[:depth] != section.headings:
            return
        yield other


def cut(markdown: str, limit: int) -> str:
    """The first paragraphs that fit into *limit* characters; a code block is split only if it alone is too long."""
    kept: list[str] = []
    length = 0
    for block in _blocks(markdown):
        length += len(block) + 2
        if length > limit:
            break
        kept.append(block)
    return "\n\n".join(kept) if kept else _cut_lines(markdown, limit)


def _blocks(markdown: str) -> Iterator[str]:
    """Paragraphs and code blocks, as they are divided by blank lines outside code."""
    lines: list[str] = []
    fence = ""
    for line in markdown.split("\n"):
        mark = _FENCE.match(line)
        if mark:
            fence = "" if fence and mark[1].startswith(fence) else fence or mark[1]
        if line.strip() or fence:
            lines.append(line)
        elif lines:
            yield "\n".join(lines)
            lines = []
    if lines:
        yield "\n".join(lines)


def _cut_lines(markdown: str, limit: int) -> str:
    """The lines that fit, of a first block that does not; an open code block is closed."""
    text = markdown[:limit]
    text = text.rpartition("\n")[0] or text.rpartition(" ")[0] or text
    open_fence = ""
    for mark in filter(None, map(_FENCE.match, text.split("\n"))):
        open_fence = "" if open_fence else mark[1]
    return f"{text}\n{open_fence}" if open_fence else text


def _pieces(text: str) -> Iterator[str]:
    end = 0
    for piece in _PIECE.finditer(text):
        end = piece.end()
        yield piece[0]
    yield text[end:]
