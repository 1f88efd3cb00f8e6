"""An answer begins: keys are found, the policies are put around the models, and the turn gets its conversation."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from .._domain.call import Call
from .._domain.event import Event
from .._domain.prompt import Prompt
from .._engine.pipeline import Policy, of_a_call, of_one_model
from .._io.io import Handler
from .._storage.ids import new_id
from .recording import recorder_of

if TYPE_CHECKING:
    from .._engine.budget import Account
    from .answer import Answer


async def open_answer(answer: Answer) -> AsyncGenerator[Event, None]:
    """
    The events of an answer, not yet asked for. Raises NeedsKeyException where a key is needed and none is found, and
    RequestError where the conversation has what the model does not take.
    """
    if answer.conversation is not None:
        answer.prompt, answer._after = answer.conversation._continue(answer.prompt)
    model, io = answer.model, answer._io
    policy = _recording(model.app.policy, answer)
    call = Call(stream=answer.stream, deadline=policy.deadline(), conversation=answer.conversation, trace=answer._trace)
    account = None if policy.account is None else policy.account()
    ready = partial(_ready, answer, policy, call, account)
    if answer._fallbacks:
        from .._engine.fallback import Alternative, fallback

        models = (model, *answer._fallbacks)
        handler = fallback(
            [Alternative(one.model_id, partial(ready, one)) for one in models], call.trace, policy.notify
        )
    else:
        _, handler = await io.call(ready, model, answer.prompt)
    handler = of_a_call(
        handler, policy, call, model=model.model_id, conversation=conversation_id(answer), after=answer._after
    )
    return handler(answer.prompt, io)


def _ready(
    answer: Answer, policy: Policy, call: Call, account: Account | None, model: Any, prompt: Prompt
) -> tuple[Prompt, Handler]:
    """The prompt as this model is asked it, and the handler that asks. A key that was given is for the first model."""
    is_first = model is answer.model
    key = model.get_key(answer._key if is_first else None)
    secrets = model.secrets(key)
    call.trace.secrets = (*call.trace.secrets, *secrets)
    own = replace(call, key=key, secrets=secrets, stream=answer.stream and model.can_stream)
    if not is_first:
        prompt = model.prepared(prompt.replace(model=None, options=answer._options))
    return prompt, of_one_model(model.handler(own), policy, own, model=model.model_id, account=account)


def conversation_id(answer: Answer) -> str:
    """The id of the conversation that a turn belongs to: one that was asked alone is one of its own."""
    return new_id() if answer.conversation is None else str(answer.conversation.id)


def _recording(policy: Policy, answer: Answer) -> Policy:
    """The policy, with a recorder where the answer is to be kept."""
    if policy.recorder is None and answer._to_record:
        policy = replace(policy, recorder=recorder_of(answer.model.app))
    answer._recorded = policy.recorder is not None
    return policy
