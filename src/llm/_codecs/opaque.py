"""What parts keep of a provider, which goes back to it, and to no other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._domain.part import Opaque


def own_fields(metadata: Opaque | None, source: str) -> Mapping[str, Any]:
    """The fields under the name of the endpoint *source*; none where somebody put there what are no fields."""
    fields = (metadata or {}).get(source)
    return fields if isinstance(fields, Mapping) else {}
