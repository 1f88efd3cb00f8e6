"""A schema as people name it: in short form, as JSON, by a file, or by its id."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._domain.schema import as_schema
from .._domain.schema_dsl import multi_schema, schema_from_dsl, schema_id
from .._storage.query import TurnQuery
from ..errors import RequestError

if TYPE_CHECKING:
    from .._api.history import History

_ID = re.compile(r"[0-9a-f]{32}", re.IGNORECASE)


def schema_id_of(history: History, text: str, *, multi: bool = False) -> str:
    """
    The id of the schema that is meant; with *multi*, of the one for a list of such objects. Raises RequestError.

    What an id stands for is known where *history* has a turn with that schema.
    """
    text = text.strip()
    if _ID.fullmatch(text):
        return schema_id(multi_schema(_kept(history, text.lower()))) if multi else text.lower()
    schema = read_schema(text)
    return schema_id(multi_schema(schema) if multi else schema)


def read_schema(text: str) -> Mapping[str, Any]:
    """The schema in JSON, in a file, or in short form. Raises RequestError."""
    if not text.startswith("{"):
        with suppress(OSError, ValueError):  # a short form may be too long for the name of a file
            if Path(text).is_file():
                text = Path(text).read_text("utf-8")
                return as_schema(text) or {}
        if text.endswith(".json"):
            raise RequestError(f"There is no file {text}", hint="Give a schema as JSON, or the path of a file")
        return schema_from_dsl(text)
    return as_schema(text) or {}


def _kept(history: History, id: str) -> Mapping[str, Any]:
    for turn in history.turns(TurnQuery(1, schema=id)):
        if turn.schema is not None:
            return turn.schema
    raise RequestError(f"The history has no turn with the schema {id}", hint="Give the schema itself")
