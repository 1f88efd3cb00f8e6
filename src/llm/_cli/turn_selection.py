"""Which turns a command is about."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from .._domain.turn import Status
from .._storage.query import TurnQuery
from ..errors import RequestError
from .count_type import COUNT
from .moment_type import MOMENT
from .option_group import option_group

if TYPE_CHECKING:
    from .._api.history import History

_USUAL_COUNT = 3
_HASH_DIGITS = 64


@dataclass(frozen=True, slots=True)
class Selection:
    """What was said on the command line about the turns that are wanted."""

    count: int | None
    query: str | None
    latest: bool
    model: str | None
    fragments: tuple[str, ...]
    tools: tuple[str, ...]
    any_tool: bool
    current: bool
    conversation: str | None
    since: float | None
    until: float | None
    statuses: tuple[Status, ...]
    template: str | None
    schema: str | None
    schema_multi: str | None
    id_gt: str | None
    id_gte: str | None

    @property
    def is_of_one_conversation(self) -> bool:
        """Whether the turns are those of one conversation."""
        return self.current or self.conversation is not None

    @property
    def is_narrow(self) -> bool:
        """Whether anything but a number of turns was said."""
        others = (getattr(self, name) for name in self.__slots__ if name not in ("count", "latest"))
        return any(value not in (None, False, ()) for value in others)

    def last(self) -> Selection:
        """The last of these turns alone; where all are meant, the last of the conversation that is continued."""
        return replace(self, count=1, current=self.current or not self.is_narrow)


selecting = option_group(
    "selection",
    Selection,
    click.option("-n", "--count", type=COUNT, help="How many; 0 for all.  [default: 3, of a conversation all]"),
    click.option("-q", "--query", metavar="WORDS", help="Turns with these words, the best at the end."),
    click.option("-l", "--latest", is_flag=True, help="With -q: the newest at the end."),
    click.option("-m", "--model", help="Turns that this model was asked or answered; an alias will do."),
    click.option("-c", "--current", is_flag=True, help="The conversation that llm -c would continue."),
    click.option("--cid", "--conversation", "conversation", metavar="ID", help="This conversation: id, start or name."),
    click.option("--since", type=MOMENT, metavar="TIME", help='From this time on: "2027-01-31", "2 days ago".'),
    click.option("--until", type=MOMENT, metavar="TIME", help="Until before this time."),
    click.option(
        "--status", "statuses", type=click.Choice(get_args(Status)), multiple=True, help="Turns that ended so."
    ),
    click.option("--template", metavar="NAME", help="Turns whose prompt was made by this template."),
    click.option("-f", "--fragment", "fragments", multiple=True, help="Turns with this fragment: a hash or a file."),
    click.option("-T", "--tool", "tools", metavar="NAME", multiple=True, help="Turns that this tool took part in."),
    click.option("--tools", "any_tool", is_flag=True, help="Turns that any tool took part in."),
    click.option("--schema", help="Turns with this schema: in short form, as JSON, a file, or an id."),
    click.option("--schema-multi", metavar="SCHEMA", help="Turns that were to give a list of such objects."),
    click.option("--id-gt", metavar="ID", help="Turns after this one."),
    click.option("--id-gte", metavar="ID", help="This turn, and those after it."),
)


def query_of(history: History, selection: Selection) -> TurnQuery | None:
    """What is to be looked for in *history*; None: in the conversation that is continued, and there is none."""
    conversation = _conversation(history, selection)
    if selection.current and conversation is None:
        return None
    usual = 0 if conversation is not None else _USUAL_COUNT
    return TurnQuery(
        (usual if selection.count is None else selection.count) or None,
        search=selection.query,
        order="latest" if selection.latest else "rank",
        model=None if selection.model is None else _model(selection.model),
        conversation=conversation,
        statuses=selection.statuses,
        template=selection.template,
        schema=_schema(history, selection),
        fragments=tuple(map(_fragment, selection.fragments)),
        tools=selection.tools,
        any_tool=selection.any_tool,
        since=selection.since,
        until=selection.until,
        after_id=selection.id_gt,
        from_id=selection.id_gte,
    )


def _conversation(history: History, selection: Selection) -> str | None:
    if selection.conversation is not None:
        return history.find_conversation(selection.conversation).id
    if not selection.current:
        return None
    from .terminal import terminal

    return history.last_used(terminal())


def _model(name: str) -> str:
    """The id of a model by an alias; one that is not there any more has the name it is given."""
    from ..errors import LLMError
    from .app import current_app

    app = current_app()
    try:
        return app.get_model(name).model_id
    except LLMError:
        from .._api.lookup import follow_alias

        return follow_alias(app, name)


def _schema(history: History, selection: Selection) -> str | None:
    if selection.schema is None and selection.schema_multi is None:
        return None
    from .schema_reference import schema_id_of

    return schema_id_of(history, selection.schema_multi or selection.schema or "", multi=bool(selection.schema_multi))


def _fragment(named: str) -> str:
    """The hash of a fragment that is named by it, or that is the text of a file. Raises RequestError."""
    from .._domain.sha256 import sha256

    if len(named) == _HASH_DIGITS and not set(named.lower()) - set("0123456789abcdef"):
        return named.lower()
    try:
        return sha256(Path(named).read_bytes()).hex()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise RequestError(
            f"The fragment {named} cannot be read: {reason}", hint="Name a file, or a hash as llm logs shows it"
        ) from error
