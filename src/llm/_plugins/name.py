"""The name of a package, which may be spelled in many ways."""

from __future__ import annotations

import re


def normalised(name: str) -> str:
    """The spelling under which two names of a package are the same (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name.strip()).lower()
