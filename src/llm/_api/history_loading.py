"""A conversation of the history, made ready to go on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from .._domain.message_id import chain_id
from .._domain.tool import AnyTool, Tool, server_side_tool
from .._storage.query import ConversationRecord, TurnQuery
from ..errors import OptionError, RequestError, UnknownConversation, UnknownModelError, UnknownTurn
from .past import Past

if TYPE_CHECKING:
    from .._domain.turn import Turn
    from .._storage.store import Store
    from .model import BaseModel

M = TypeVar("M")
_HEX = frozenset("0123456789abcdef")


def model_for(get_model: Callable[[str | None], M], record: ConversationRecord, name: str | None) -> M:
    """The model to go on with: the one *name*d, else the one asked last. Raises UnknownModelError."""
    if name is not None:
        return get_model(name)
    try:
        return get_model(record.model)
    except UnknownModelError as error:
        raise UnknownModelError(
            f"The conversation {record.name or record.id} was held with {record.model}, which is not there any more",
            close=error.close,
            hint="Go on with another model: -m MODEL (in Python: model='MODEL')",
        ) from error


def load(store: Store, record: ConversationRecord, model: BaseModel[Any, Any]) -> Any:
    """The conversation of *record* with *model*, and what it has from its past. Raises HistoryError."""
    last = _last_whole(store, record.id)
    same = last is not None and last.model == model.model_id
    past = Past(
        messages=() if record.head is None else store.chain(record.head),
        head=record.head,
        system=record.system,
        options=_taken(model, last.options) if last is not None and same else {},
        tools=_tools(last.tools) if last is not None and model.supports_tools else (),
    )
    return model.conversation_class(model, record.id, past=past)


def fork(store: Store, reference: str, name: str | None) -> str:
    """
    Begin a conversation; its id.

    It goes on from the turn or the message whose id begins with *reference*, else from the end of that conversation.
    """
    try:
        turn = store.find_turn(reference)
    except UnknownTurn as unknown:
        if set(reference.strip().lower()) <= _HEX:
            with suppress(UnknownTurn):
                return store.fork(reference, name=name)
        return _fork_of_conversation(store, reference, name, unknown)
    last = chain_id((*turn.input, *turn.answer), turn.after)
    if last is None:
        raise RequestError(f"Nothing was said in the turn {turn.id}, so nothing can follow it")
    return store.fork(last, system=turn.system, name=name)


def _fork_of_conversation(store: Store, reference: str, name: str | None, unknown: UnknownTurn) -> str:
    try:
        record = store.find_conversation(reference)
    except UnknownConversation:
        if "Several" in str(unknown):
            raise unknown from None
        raise UnknownTurn(
            f"There is no turn or message, and no conversation, {reference}",
            hint="llm conversations show lists turns and messages with their ids",
        ) from None
    if record.head is None:
        raise RequestError(f"Nothing was answered whole in the conversation {record.id}, so nothing can follow it")
    return store.fork(record.head, system=record.system, name=name)


def _last_whole(store: Store, conversation: str) -> Turn | None:
    found = store.find(TurnQuery(1, conversation=conversation, statuses=("done",)))
    return next((each.turn for each in found), None)


def _taken(model: BaseModel[Any, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """The options that the model still takes: one that it has lost must not keep a conversation from going on."""
    taken: dict[str, Any] = {}
    for name, value in options.items():
        with suppress(OptionError):
            model.validate_options({name: value})
            taken[name] = value
    return taken


def _tools(declared: Iterable[Mapping[str, Any]]) -> tuple[AnyTool, ...]:
    return tuple(map(_tool, declared))


def _tool(declared: Mapping[str, Any]) -> AnyTool:
    if "spec" in declared:
        return server_side_tool(declared["spec"])
    return Tool(
        declared["name"], declared.get("description"), declared.get("input_schema") or {}, None, declared.get("plugin")
    )
