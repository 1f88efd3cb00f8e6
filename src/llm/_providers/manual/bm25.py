"""
Which sections answer a question: Okapi BM25F over headings, text and commands.

The formulas are those of Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009): a
term's occurrences are weighted by the field they stand in, and normalised by length before they saturate. The texts are
scanned for the terms of the one question that is asked; an index of all their words would cost more than it saves.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import TypeAlias

from .sections import Section
from .terms import Term, question_terms, stem

# How fast repeated occurrences stop counting, and how much longer sections are held back.
K1 = 2.0
B = 0.6

# What an occurrence counts for, by where it stands: the section's own heading (the more, the shorter it is), those
# above it and the page's name, the text, and code (whose words are often an example's, not the manual's).
_HEADING = 10.0
_ABOVE = 1.0
_TEXT = 1.0
_CODE = 0.5

# What people ask with, where the manual says it with another word.
_SYNONYMS = {
    stem(word): Term(stem(other))
    for word, other in {
        "address": "url",
        "chat": "conversation",
        "config": "settings",
        "credential": "key",
        "delete": "remove",
        "erase": "remove",
        "history": "logs",
        "image": "attachment",
        "parameter": "option",
        "password": "key",
        "photo": "attachment",
        "picture": "attachment",
        "secret": "key",
        "token": "key",
        "uninstall": "remove",
        "website": "url",
    }.items()
}

_CODE_BLOCK = re.compile(r"^ {0,3}(`{3,}|~{3,})([^\n]*)\n(.*?)^ {0,3}\1[`~]*[ \t]*$", re.DOTALL | re.MULTILINE)
_QUOTING_SPAN = re.compile(r"`[^`\n\"']*[\"'][^`\n]*`")
_PHRASE = re.compile(r"\"[^\"\n]*\s[^\"\n]*\"|'[^'\n]*\s[^'\n]*'")


_Fields: TypeAlias = list[tuple[float, str]]


@dataclass(frozen=True, slots=True)
class Match:
    """A section with its score, and the share (0 to 1) of what the question asks about that it speaks of."""

    section: Section
    score: float
    coverage: float


def search(sections: Sequence[Section], question: str) -> list[Match]:
    """The sections that share a term with the question, best first."""
    terms, commands = question_terms(question)
    fields = [_fields(section) for section in sections]
    average = sum(len(section.text) for section in sections) / (len(sections) or 1) or 1.0
    norms = [K1 * (1 - B + B * len(section.text) / average) for section in sections]
    scores = [0.0] * len(sections)
    covered = [0.0] * len(sections)
    total = 0.0
    for term in (*terms, *commands):
        frequencies, idf = _frequencies(term, fields)
        # A command that is named helps where it is found and is no fault where it is not: its words count already.
        share = 0.0 if term in commands else idf
        total += share
        for place, frequency in enumerate(frequencies):
            if frequency:
                scores[place] += idf * frequency * (K1 + 1) / (frequency + norms[place])
                covered[place] += share
    matches = [
        Match(section, score, part / total if total else 0.0)
        for section, score, part in zip(sections, scores, covered, strict=True)
        if score
    ]
    return sorted(matches, key=lambda match: match.score, reverse=True)


def _frequencies(term: Term, fields: Sequence[_Fields]) -> tuple[list[float], float]:
    """The term's weighted occurrences in each section, and what it tells: the fewer sections have it, the more."""
    frequencies = _occurrences(term, fields)
    if not any(frequencies) and term.text in _SYNONYMS:
        frequencies = _occurrences(_SYNONYMS[term.text], fields)
    found = sum(map(bool, frequencies))
    return frequencies, log(1 + (len(fields) - found + 0.5) / (found + 0.5))


def _occurrences(term: Term, fields: Sequence[_Fields]) -> list[float]:
    return [sum(weight * term.count(text) for weight, text in texts) for texts in fields]


def _fields(section: Section) -> _Fields:
    """The section's texts, in small letters, with what an occurrence there counts for."""
    prose, code = section.text, ""
    if "```" in prose or "~~~" in prose:
        code = "\n".join(_commands(match[2], match[3]) for match in _CODE_BLOCK.finditer(prose))
        prose = _CODE_BLOCK.sub("", prose)
    prose = _QUOTING_SPAN.sub(_without_phrases, prose)
    above = " ".join((*section.headings[:-1], section.page.removesuffix(".md").replace("/", " ")))
    heading = _HEADING / (1 + section.heading.count(" "))
    texts = ((heading, section.heading), (_ABOVE, above), (_TEXT, prose), (_CODE, code))
    return [(weight, text.lower()) for weight, text in texts if text]


def _commands(language: str, code: str) -> str:
    """What a code block says about LLM: its commands, without what they print and without the prompts in them."""
    if language.strip() in ("", "text", "output"):
        return ""
    lines = code.split("\n")
    typed = [line[2:] for line in lines if line.startswith("$ ")]
    return _PHRASE.sub("", "\n".join(typed or lines))


def _without_phrases(span: re.Match[str]) -> str:
    return _PHRASE.sub("", span[0])
