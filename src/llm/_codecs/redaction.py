"""Texts of providers without the secrets and the bulk that they may hold."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache

HIDDEN = "[redacted]"
_TELLING = 8  # fewer characters than these are no part of a secret: many begin with a service's name
_LONGEST_KEY = 1024


def redact(text: str, secrets: tuple[str, ...] = (), limit: int | None = None) -> str:
    """
    *text* without *secrets* and without anything that looks like a key, and then not longer than *limit*.

    In this order: a cut through a key would leave a part of it that nothing recognizes.
    """
    text = _without(text, secrets)
    if limit is not None:
        text = text[: limit + _LONGEST_KEY]
    text = _keys().sub(lambda match: (match["lead"] or "") + HIDDEN, text)
    return text if limit is None or len(text) <= limit else f"{text[: limit - 1]}…"


def excerpt(data: bytes | str, limit: int = 160, secrets: tuple[str, ...] = ()) -> str:
    """The beginning of what a provider sent, on one line and short, without *secrets* and what looks like a key."""
    text = data if isinstance(data, str) else data.decode("utf-8", "replace")
    text = _without_beginning(_without(text, secrets), secrets)
    return redact(" ".join(text[: 8 * limit].split()), limit=limit)


def _without(text: str, secrets: tuple[str, ...]) -> str:
    for form in _forms(secrets):
        text = text.replace(form, HIDDEN)
    return text


def _without_beginning(text: str, secrets: tuple[str, ...]) -> str:
    """*text* without the beginning of a secret at its end: a connection may break off in the middle of one."""
    for form in _forms(secrets):
        sizes = range(len(form) - 1, _TELLING - 1, -1)
        if size := next((size for size in sizes if text.endswith(form[:size])), 0):
            return text[:-size] + HIDDEN
    return text


def _forms(secrets: tuple[str, ...]) -> Iterator[str]:
    """Secrets as they are, and as JSON writes them, with slashes escaped or not; the longest first."""
    for secret in sorted(filter(None, map(str.strip, secrets)), key=len, reverse=True):
        escaped = json.dumps(secret)[1:-1]
        yield from dict.fromkeys((secret, escaped, escaped.replace("/", "\\/")))


@cache
def _keys() -> re.Pattern[str]:
    """
    Keys as the services write them; what a service masks itself (`sk-ab***yz`) still tells parts of the key.

    Compiled when something has gone wrong: that takes a millisecond, and mostly nothing has. The last line starts at
    the start of a word alone: from each letter of a long one, it would take quadratic time.
    """
    return re.compile(
        r"""
          (?P<lead> \bbearer\s+ | \bapi[ _-]?key\ provided:\s* ) [^\s"',;]*[^\s"',;.]
        | (?<![A-Za-z0-9])
          (?: [psr]k[-_] | gsk_ | xai- | pplx- | csk- | nvapi- | fw_ | tgp_ | r8_ | hf_ | gh[opsu]_ | github_pat_
            | AIza )
          [A-Za-z0-9_*-]{8,}
        | (?<![\w-]) [\w-]* \*{4,} [\w*-]*
        """,
        re.VERBOSE | re.IGNORECASE,
    )
