"""An answer begins: the key is found, the policies are put around the model, and the turn gets its conversation."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import TYPE_CHECKING

from .._domain.call import Call
from .._domain.event import Event
from .._engine.pipeline import Policy, pipeline
from .._storage.ids import new_id
from .recording import recorder_of

if TYPE_CHECKING:
    from .answer import Answer


async def open_answer(answer: Answer) -> AsyncGenerator[Event, None]:
    """
    The events of an answer, not yet asked for. Raises NeedsKeyException where a key is needed and none is found, and
    RequestError where the conversation has what the model does not take.
    """
    if answer.conversation is not None:
        answer.prompt, answer._after = answer.conversation._continue(answer.prompt)
    model, io = answer.model, answer._io
    key = await io.call(model.get_key, answer._key)
    answer._secrets = model.secrets(key)
    policy = _recording(model.app.policy, answer)
    call = Call(
        key=key,
        secrets=answer._secrets,
        stream=answer.stream and model.can_stream,
        deadline=policy.deadline(),
        conversation=answer.conversation,
        trace=answer._trace,
    )
    handler = pipeline(
        model.handler(call),
        policy,
        call,
        model=model.model_id,
        conversation=conversation_id(answer),
        after=answer._after,
    )
    return handler(answer.prompt, io)


def conversation_id(answer: Answer) -> str:
    """The id of the conversation that a turn belongs to: one that was asked alone is one of its own."""
    return new_id() if answer.conversation is None else str(answer.conversation.id)


def _recording(policy: Policy, answer: Answer) -> Policy:
    """The policy, with a recorder where the answer is to be kept."""
    if policy.recorder is None and answer._to_record:
        policy = replace(policy, recorder=recorder_of(answer.model.app))
    answer._recorded = policy.recorder is not None
    return policy
