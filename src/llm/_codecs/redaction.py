"""Texts of providers without the secrets and the bulk that they may hold."""

from __future__ import annotations

import re
from functools import cache

HIDDEN = "[redacted]"


def redact(text: str, key: str | None = None) -> str:
    """*text* without *key* and without anything that looks like one."""
    key = (key or "").strip()
    if key:
        text = text.replace(key, HIDDEN)
    return _secrets().sub(lambda match: (match["lead"] or "") + HIDDEN, text)


def excerpt(data: bytes | str, limit: int = 160) -> str:
    """The beginning of what a provider sent, on one line and short, without what looks like a key."""
    text = data if isinstance(data, str) else data[: 8 * limit].decode("utf-8", "replace")
    text = redact(" ".join(text[: 8 * limit].split()))
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


@cache
def _secrets() -> re.Pattern[str]:
    """
    Keys as the services write them; what a service masks itself (`sk-ab***yz`) still tells parts of the key.

    Compiled when something has gone wrong: that takes a millisecond, and mostly nothing has.
    """
    return re.compile(
        r"""
          (?P<lead> \bbearer\s+ | \bapi[ _-]?key\ provided:\s* ) [^\s"',;]*[^\s"',;.]
        | (?<![A-Za-z0-9])
          (?: [psr]k[-_] | gsk_ | xai- | pplx- | csk- | nvapi- | fw_ | tgp_ | r8_ | hf_ | gh[opsu]_ | github_pat_
            | AIza )
          [A-Za-z0-9_*-]{8,}
        | [\w-]* \*{4,} [\w*-]*
        """,
        re.VERBOSE | re.IGNORECASE,
    )
