"""
What the name of a Claude model says about how it is asked, where its profile does not say it.

Source: https://platform.claude.com/docs/en/build-with-claude/thinking and .../mid-conversation-system-messages.
"""

from __future__ import annotations

import re
from typing import Literal

_NAME = re.compile(r"claude-(?P<line>[a-z]+)-(?P<major>\d{1,2})(?:[-.](?P<minor>\d{1,2}))?(?![\d])")
_NEVER = (99, 0)
_ADAPTIVE = {"opus": (4, 6), "sonnet": (4, 6), "haiku": (5, 5), "fable": (0, 0), "mythos": (0, 0)}
_SYSTEM_INSIDE = {"opus": (4, 8), "sonnet": (5, 5), "haiku": (5, 5), "fable": (5, 0), "mythos": (5, 0)}
_NEVER_OFF = {"opus": (5, 5), "fable": (0, 0), "mythos": (0, 0)}


def _version(model: str) -> tuple[str, tuple[int, int]]:
    """The line and the version in a name: opus and (4, 8) in `claude-opus-4-8`; (0, 0) where there is none."""
    if found := _NAME.search(model):
        return found["line"], (int(found["major"]), int(found["minor"] or 0))
    line = re.search(r"claude-(fable|mythos)\b", model)
    return (line[1] if line else ""), (0, 0)


def thinks_adaptively(model: str) -> bool:
    """Whether the model decides itself how long to think, rather than taking a number of tokens."""
    line, version = _version(model)
    return version >= _ADAPTIVE.get(line, _NEVER)


def takes_system_messages(model: str) -> bool:
    """Whether the model heeds a message of the role `system` inside a conversation."""
    line, version = _version(model)
    return version >= _SYSTEM_INSIDE.get(line, _NEVER)


def thinking_off(model: str) -> Literal["disabled", "between_tools"] | None:
    """What a model is told that is not to think; None for one that cannot be kept from it."""
    line, version = _version(model)
    if version >= _NEVER_OFF.get(line, _NEVER):
        return None
    return "between_tools" if line == "sonnet" and version >= (5, 5) else "disabled"
