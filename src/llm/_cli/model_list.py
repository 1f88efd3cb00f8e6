"""The models in a list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .._api.catalogue import Row

if TYPE_CHECKING:
    from .._api.app import App
    from .._api.model import Model

_ABILITIES = ("can_stream", "supports_schema", "supports_tools")


def listed(app: App) -> list[Row]:
    """Every model that can be listed, with the user's own aliases among the others."""
    from .._api.lookup import follow_alias

    own: dict[str, list[str]] = {}
    for alias in app.aliases.read():
        own.setdefault(follow_alias(app, alias), []).append(alias)
    return [_with_aliases(row, own) for row in app.rows()]


def named(app: App, rows: Iterable[Row], names: Iterable[str]) -> list[Row]:
    """The rows of the models with these ids or aliases, also of models that no list has. Raises UnknownModelError."""
    known = {name: row for row in rows for name in (*row.aliases, row.id)}
    found = [known.get(name) or _row(app.get_model(name)) for name in names]
    return list({row.id: row for row in found}.values())


def matches(row: Row, queries: Iterable[str]) -> bool:
    """Whether each of *queries* occurs in the id, an alias or the title, whatever the case."""
    texts = [text.lower() for text in (row.id, *row.aliases, row.title)]
    return all(any(query.lower() in text for text in texts) for query in queries)


def line(row: Row, plugins: Iterable[str]) -> str:
    """A model in one line; where one of *plugins* serves it, that is said."""
    aliases = f" (aliases: {', '.join(row.aliases)})" if row.aliases else ""
    plugin = f" [{row.served_by}]" if row.served_by in plugins else ""
    last_day = row.details.get("deprecated")
    ends = f" - {'gone since' if last_day <= _today() else 'ends'} {last_day}" if last_day else ""
    return f"{row.title}{aliases}{plugin}{ends}"


def _today() -> str:
    from datetime import UTC, datetime

    return datetime.now(UTC).date().isoformat()


def as_json(row: Row) -> dict[str, Any]:
    """A model as JSON values."""
    return {
        "model_id": row.id,
        "aliases": list(row.aliases),
        **{ability: bool(row.details.get(ability)) for ability in _ABILITIES},
        "supports_conversation": bool(row.details.get("supports_conversation", True)),
        "supports_async": bool(row.details.get("async")),
        "attachment_types": list(row.details.get("attachment_types", ())),
        "server_side_tools": list(row.details.get("server_tools", ())),
        "media_out": list(row.details.get("media_out", ())),
        "context": row.details.get("context"),
        "output": row.details.get("output"),
        "deprecated": row.details.get("deprecated"),
        "assumed_from": row.details.get("assumed_from"),
        "title": row.title,
        "served_by": row.served_by,
        "usable": row.usable,
    }


def hidden_note(hidden: Sequence[Row]) -> Iterator[str]:
    """What is said of models that are not listed, as no key for them is there."""
    if hidden:
        providers = ", ".join(dict.fromkeys(row.served_by for row in hidden))
        models = "1 more model needs" if len(hidden) == 1 else f"{len(hidden)} more models need"
        yield f"{models} a key ({providers}); llm models --all lists them, llm keys set NAME stores a key"


def _with_aliases(row: Row, own: dict[str, list[str]]) -> Row:
    more = [alias for name in (row.id, *row.aliases) for alias in own.get(name, ())]
    return replace(row, aliases=tuple(dict.fromkeys((*row.aliases, *more)))) if more else row


def _row(model: Model) -> Row:
    details = {ability: getattr(model, ability) for ability in _ABILITIES}
    types = sorted(model.attachment_types or ())
    if (profile := getattr(model, "profile", None)) is not None:
        names = ("media_out", "context", "output", "deprecated")
        details |= {name: getattr(profile, name) for name in names}
        details |= {"server_tools": profile.server_tools, "assumed_from": profile.family}
    served_by = model.model_id.partition("/")[0]
    return Row(model.model_id, (), served_by, str(model), details={**details, "attachment_types": types, "async": True})
