"""An answer begins: the key is found, the policies are put around the model, and the turn gets its conversation."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING

from .._domain.call import Call
from .._domain.event import Event
from .._engine.pipeline import pipeline
from .._storage.ids import new_id

if TYPE_CHECKING:
    from .answer import Answer


async def open_answer(answer: Answer) -> AsyncGenerator[Event, None]:
    """
    The events of an answer, not yet asked for. Raises NeedsKeyException where a key is needed and none is found, and
    RequestError where the conversation has what the model does not take.
    """
    if answer.conversation is not None:
        answer.prompt = answer.conversation._continue(answer.prompt)
    model, io = answer.model, answer._io
    key = await io.call(model.get_key, answer._key)
    answer._secrets = model.secrets(key)
    policy = model.app.policy
    call = Call(
        key=key,
        secrets=answer._secrets,
        stream=answer.stream and model.can_stream,
        deadline=policy.deadline(),
        conversation=answer.conversation,
        trace=answer._trace,
    )
    conversation = new_id() if answer.conversation is None else answer.conversation.id
    handler = pipeline(model.handler(call), policy, call, model=model.model_id, conversation=conversation)
    return handler(answer.prompt, io)
