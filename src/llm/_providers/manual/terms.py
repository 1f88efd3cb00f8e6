"""Questions as search terms: words brought to a common form, options, names and commands kept whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

# A question is its first words: nobody types more, and the cost of a pasted file stays bounded.
_LONGEST_QUESTION = 2000
_MOST_TERMS = 32

# An option (`-m`, `--no-stream`), or a word or name, with inner marks (`keys.json`, `OPENAI_API_KEY`, `gpt-4o`).
_TOKEN = re.compile(r"(?<![\w-])--?[a-z][\w-]*|\w+(?:[.'/-]\w+)*")
_COMMAND = re.compile(r"\bllm ([a-z][a-z-]+)(?: ([a-z][a-z-]+))?")
_PARTS = re.compile(r"[^\W_]+")

_STOP_WORDS = """
    a about actually after all also am an and another any anything are as at be because been being but by can cannot
    cant could did do does doesnt doing dont each else every everything for from get gets getting give go going good got
    had has have having hello help hey hi his how however i if im in into is isnt it its ive just know let lets like
    make makes making many may me mean means might more most much must my need needs no not now of on one only or
    other our out please really s same see should so some somehow someone something t tell than thank thanks that thats
    the their them then there these they thing things this those time to too up us use used uses using very want wants
    was way ways we well were what whats when where which while who whom whose why will with within without would yes
    you your yours two three four five six seven eight nine ten dozen hundred
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())

# Words that the endings below would not bring together. A stem is the beginning of its words, but for a final y: so a
# text can be searched for a term without being cut into words.
_IRREGULAR = {
    "alias": "alias",
    "aliases": "alias",
    "configuration": "config",
    "configurations": "config",
    "configure": "config",
    "configured": "config",
    "configures": "config",
    "configuring": "config",
    "docs": "doc",
    "documentation": "doc",
    "embed": "embed",
    "embedded": "embed",
    "keys": "key",
    "settings": "set",
}
_ENDINGS = (
    # ending, what replaces it, how much must remain before it
    ("ations", "", 4),
    ("ation", "", 4),
    ("ingly", "", 4),
    ("ings", "", 3),
    ("ing", "", 3),
    ("ions", "", 4),
    ("ion", "", 4),
    ("ments", "", 4),
    ("ment", "", 4),
    ("ies", "y", 3),
    ("ied", "y", 3),
    ("sses", "ss", 2),
    ("xes", "x", 2),
    ("ches", "ch", 2),
    ("shes", "sh", 2),
    ("ates", "", 4),
    ("ated", "", 4),
    ("ate", "", 4),
    ("ed", "", 3),
    ("ss", "ss", 1),
    ("us", "us", 1),
    ("is", "is", 1),
    ("es", "", 3),
    ("s", "", 3),
    ("ly", "", 4),
    ("e", "", 3),
)


@cache
def stem(word: str) -> str:
    """The common form of an English word's inflections: key, keys; store, stored, storing; install, installation."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    for ending, replacement, rest in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= rest:
            short = word[: -len(ending)] + replacement
            return short[:-1] if ending in ("ing", "ings", "ed") and _doubled(short) else short
    return word


def _doubled(word: str) -> bool:
    """Whether the last letter was doubled for an ending, as in *setting* and *logged*."""
    return len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeioulsz"


# What people ask with, and the manual's word for it, as stems.
_SYNONYMS = {
    stem(word): stem(other)
    for word, other in {
        "audio": "attachment",
        "chat": "conversation",
        "credential": "key",
        "delete": "remove",
        "disable": "off",
        "document": "attachment",
        "erase": "remove",
        "history": "logs",
        "image": "attachment",
        "parameter": "option",
        "password": "key",
        "pdf": "attachment",
        "photo": "attachment",
        "picture": "attachment",
        "uninstall": "remove",
    }.items()
}


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that a question asks about; `is_word` says that `text` is the common form of a word."""

    text: str
    is_word: bool = True

    @property
    def synonym(self) -> Term | None:
        """The manual's own word for what was asked with another, if there is one."""
        other = _SYNONYMS.get(self.text) if self.is_word else None
        return Term(other) if other else None

    def count(self, lower: str) -> int:
        """How often the term stands in *lower*, a text in small letters."""
        start = self.text.removesuffix("y") if self.is_word else self.text
        if start not in lower:
            return 0
        pattern = _pattern(start, self.is_word)
        if not self.is_word:
            return sum(1 for _ in pattern.finditer(lower))
        return sum(
            stem(match[0]) == self.text and not lower[match.start() - 1 : match.start()].isalnum()
            for match in pattern.finditer(lower)
        )


@cache
def _pattern(start: str, is_word: bool) -> re.Pattern[str]:
    # A pattern that begins with letters is searched for as fast as a substring; what stands before is looked at later.
    return re.compile(rf"{re.escape(start)}[^\W_]*" if is_word else rf"(?<![\w-]){re.escape(start)}(?![\w-])")


def question_terms(question: str) -> tuple[list[Term], list[Term]]:
    """
    What a question asks about, each once: its words without stop words, and its options; and what helps to find that,
    but is not asked for by itself: commands (`llm keys set`), names of several words (`keys.json`), words of options.
    """
    lower = question[:_LONGEST_QUESTION].lower().replace("\u2019", "'")
    terms: dict[Term, None] = {}
    extra: dict[Term, None] = {}
    for token in _TOKEN.findall(lower):
        words = dict.fromkeys(Term(stem(word)) for word in _words(token))
        if token.startswith("-"):
            terms[Term(token, is_word=False)] = None
            extra.update(words)
            continue
        terms.update(words)
        if words and not token.isalnum() and "'" not in token:
            extra[Term(token, is_word=False)] = None
    extra.update(dict.fromkeys(Term(name, is_word=False) for name in command_names(lower)))
    return list(terms)[:_MOST_TERMS], list(extra)[:_MOST_TERMS]


def _words(token: str) -> list[str]:
    """The words in a token that are no stop words. A single letter counts where it stands alone."""
    if token.replace("'", "") in STOP_WORDS:
        return []
    parts = [token] if token.isalnum() else [part for part in _PARTS.findall(token) if len(part) > 1]
    return [part for part in parts if part not in STOP_WORDS]


def command_names(lower: str) -> Iterator[str]:
    """The commands in a text of small letters: `llm keys`, and `llm keys set`."""
    for first, second in _COMMAND.findall(lower):
        yield f"llm {first}"
        if second:
            yield f"llm {first} {second}"
