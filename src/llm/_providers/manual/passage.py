"""A section as it is searched: what stands in its headings, its text and its commands."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .sections import Section
from .terms import Term, command_names

# What an occurrence counts for, by where it stands: the section's own heading (the more, the shorter it is), those
# above it and the page's name, the text, and code (whose words are often an example's, not the manual's).
_HEADING = 10.0
_ABOVE = 1.0
_TEXT = 1.0
_CODE = 0.5

# How well a section is about a term that its heading names, where one that its text mentions counts 1.
_IN_HEADING = 1.3

_CODE_BLOCK = re.compile(r"^ {0,3}(`{3,}|~{3,})([^\n]*)\n(.*?)^ {0,3}\1[`~]*[ \t]*$", re.DOTALL | re.MULTILINE)
_QUOTING_SPAN = re.compile(r"`[^`\n\"']*[\"'][^`\n]*`")
_PHRASE = re.compile(r"\"[^\"\n]*\s[^\"\n]*\"|'[^'\n]*\s[^'\n]*'")


@dataclass(frozen=True, slots=True)
class Occurrence:
    """What a section has of a term: its weighted frequency, and how well the section is about it (0: not at all)."""

    frequency: float
    about: float


@dataclass(frozen=True, slots=True)
class Passage:
    """A section's texts in small letters."""

    section: Section
    heading: str
    above: str
    prose: str
    code: str
    commands: str

    def occurrence(self, term: Term) -> Occurrence:
        """What the passage has of the term."""
        heading, above = term.count(self.heading), term.count(self.above)
        prose, code = term.count(self.prose), term.count(self.code)
        frequency = heading * _HEADING / (1 + self.heading.count(" "))
        frequency += _ABOVE * above + _TEXT * prose + _CODE * code
        if heading:
            return Occurrence(frequency, _IN_HEADING)
        # An example's words say nothing of what a section is about; the options and commands in it do.
        mentioned = above or prose or (code and (not term.is_word or term.count(self.commands)))
        return Occurrence(frequency, 1.0 if mentioned else 0.0)


def passage(section: Section) -> Passage:
    """The section, ready to be searched: without the prompts that its examples quote and what they print."""
    prose, code = section.text, ""
    if "```" in prose or "~~~" in prose:
        code = "\n".join(_commands(match[2], match[3]) for match in _CODE_BLOCK.finditer(prose))
        prose = _CODE_BLOCK.sub("", prose)
    # A span of code with a prompt in it is an example as well, however short.
    code = "\n".join((code, *map(_without_phrases, _QUOTING_SPAN.finditer(prose))))
    prose = _QUOTING_SPAN.sub("", prose)
    above = " ".join((*section.headings[:-1], section.page.removesuffix(".md").replace("/", " ")))
    code = code.lower()
    commands = "\n".join(command_names(code))
    return Passage(section, section.heading.lower(), above.lower(), prose.lower(), code, commands)


def _commands(language: str, code: str) -> str:
    """What a code block says about LLM: its commands or code, without the phrases in it."""
    if language.strip() in ("", "text", "output"):
        return ""
    lines = code.split("\n")
    typed = [line[2:] for line in lines if line.startswith("$ ")]
    return _PHRASE.sub("", "\n".join(typed or lines))


def _without_phrases(span: re.Match[str]) -> str:
    return _PHRASE.sub("", span[0])
