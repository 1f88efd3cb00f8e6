"""
Which sections answer a question: Okapi BM25F over headings, text and commands.

The formulas are those of Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009): a
term's occurrences are weighted by the field they stand in, and normalised by length before they saturate. The texts are
scanned for the terms of the one question that is asked; an index of all their words would cost more than it saves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from .passage import Occurrence, Passage, passage
from .sections import Section
from .terms import Term, question_terms

# How fast repeated occurrences stop counting, and how much longer sections are held back.
K1 = 2.0
B = 0.6

# A word that the manual says in place of the one that was asked counts half.
_SYNONYM = 0.5

# Who asks wants to do something more often than to know why it is so.
_KINDS = {"howto": 1.1, "tutorial": 1.0, "plugins": 1.0, "reference": 1.0, "explanation": 0.8}

# The generated pages name everything once, which matches much and explains little.
_PAGES = {"reference/cli.md": 0.7, "reference/python.md": 0.5}


@dataclass(frozen=True, slots=True)
class Match:
    """
    A section with its score, and the share of what the question asks about that it is about (1: all of it); `named`
    says that its heading names some of it.
    """

    section: Section
    score: float
    coverage: float
    named: bool = False


def search(sections: Sequence[Section], question: str) -> list[Match]:
    """The sections that share a term with the question, best first."""
    terms, extra = question_terms(question)
    passages = [passage(section) for section in sections]
    norms = _norms(sections)
    scores = [0.0] * len(sections)
    covered = [0.0] * len(sections)
    named = [False] * len(sections)
    total = 0.0
    for term in (*terms, *extra):
        occurrences = _occurrences(term, passages)
        idf = _idf(occurrences)
        # What is extra helps where it is found, and is no fault where it is not: its words count already.
        share = 0.0 if term in extra else idf
        total += share
        for place, found in enumerate(occurrences):
            scores[place] += idf * found.frequency * (K1 + 1) / (found.frequency + norms[place])
            covered[place] += share * found.about
            named[place] |= found.about > 1
    matches = [
        Match(section, score * _weight(section.page), part / (total or 1.0), name)
        for section, score, part, name in zip(sections, scores, covered, named, strict=True)
        if score
    ]
    return sorted(matches, key=lambda match: match.score, reverse=True)


def _weight(page: str) -> float:
    return _PAGES.get(page) or _KINDS.get(page.partition("/")[0], 1.0)


def _norms(sections: Sequence[Section]) -> list[float]:
    """For each section how many occurrences make half of what a term can add: more in a longer one."""
    lengths = [len(section.text) for section in sections]
    average = (sum(lengths) / len(lengths) if lengths else 0.0) or 1.0
    return [K1 * (1 - B + B * length / average) for length in lengths]


def _occurrences(term: Term, passages: Sequence[Passage]) -> list[Occurrence]:
    """What each passage has of the term, or of the manual's own word for it."""
    found = [each.occurrence(term) for each in passages]
    other = term.synonym
    if other is None:
        return found
    meant = [each.occurrence(other) for each in passages]
    return [
        Occurrence(one.frequency + _SYNONYM * two.frequency, max(one.about, two.about))
        for one, two in zip(found, meant, strict=True)
    ]


def _idf(occurrences: Sequence[Occurrence]) -> float:
    """What a term tells: the fewer sections have it, the more."""
    found = sum(each.frequency > 0 for each in occurrences)
    return log(1 + (len(occurrences) - found + 0.5) / (found + 0.5))
