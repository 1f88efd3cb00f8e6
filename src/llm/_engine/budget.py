"""A request that might cost more than a limit leaves is not sent."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from .._domain.attachment import Attachment
from .._domain.call import Trace
from .._domain.dollars import dollars
from .._domain.event import Event, ReasoningDelta, TextDelta, ToolCallDelta, UsageEvent
from .._domain.option import as_dict
from .._domain.price import cost, estimate
from .._domain.prompt import Prompt
from .._domain.token_estimate import input_tokens, known_size, text_tokens
from .._domain.usage import Usage
from .._io.io import IO, Handler
from ..errors import BudgetError, ConfigError, LLMTimeoutError, NetworkError, ProviderError, RequestError
from .cost_limits import CostLimits
from .ledger import Ledger, Reservation

# What the option is called: the portable name, and those of the providers.
_MOST_OUTPUT = ("max_tokens", "max_completion_tokens", "max_output_tokens", "maxOutputTokens", "num_predict")


@dataclass(slots=True)
class Account:
    """What one call has spent so far: all of its exchanges, whichever models they ask, share one."""

    limits: CostLimits
    ledger: Ledger | None = None
    spent: float = 0.0

    def reserve(self, price_key: str, most: float) -> Reservation | None:
        """Make sure of *most* dollars. Raises BudgetError, and ConfigError where nobody can tell."""
        limit = self.limits.max_cost
        # A billionth of a dollar is what sums of binary fractions may be wrong by.
        if limit is not None and self.spent + most > limit + 1e-9:
            raise BudgetError(
                f"This request may cost {dollars(most)}, and {dollars(self.spent)} of the {dollars(limit)} that the "
                "call may cost are spent",
                limit=limit,
                spent=self.spent,
                estimate=most,
                hint="Raise --max-cost (max_cost under [budget] in config.toml), set max_tokens lower, "
                "or ask a cheaper model",
            )
        if self.limits.daily is None:
            return None
        assert self.ledger is not None, "a daily limit needs the ledger of the user"
        return self.ledger.reserve(price_key, most, self.limits.daily)


def budget(
    handler: Handler, account: Account, trace: Trace, *, model: str, price_key: str | None, free: bool = False
) -> Handler:
    """
    The handler of one exchange with *model*, asked only where the limits of the account leave room for it.

    Room is what the input comes to by an estimate that leans upwards, and the output at `max_tokens` where that is
    set. What the exchange did cost is entered afterwards, however it ended; an answer that broke off counts its
    estimated input and what had arrived. A *free* model is asked without more ado.
    """
    if free or not account.limits:
        return handler

    async def checked(prompt: Prompt, io: IO) -> AsyncGenerator[Event, None]:
        if price_key is None:
            raise _unknown(model)
        trace.price_key = price_key
        exchange = await io.call(_begun, prompt, price_key, model)
        reservation = await io.call(account.reserve, price_key, exchange.most)
        try:
            async with aclosing(handler(prompt, io)) as events:
                async for event in events:
                    exchange.note(event)
                    yield event
        except BaseException as error:
            exchange.failed = error
            raise
        finally:
            await io.call(_ended, account, reservation, exchange, trace)

    return checked


@dataclass(slots=True)
class _Exchange:
    """One exchange: what it may cost, and what has arrived."""

    price_key: str
    input: int
    most: float
    usage: Usage = field(default_factory=Usage)
    pieces: list[str] = field(default_factory=list)
    arrived: bool = False
    failed: BaseException | None = None

    def note(self, event: Event) -> None:
        self.arrived = True
        match event:
            case UsageEvent():
                self.usage = event.usage
            case TextDelta() | ReasoningDelta():
                self.pieces.append(event.text)
            case ToolCallDelta():
                self.pieces.append(event.arguments)
            case _:
                pass

    def consumed(self) -> Usage:
        """What was consumed, as the provider said, and by estimate where it did not say."""
        said = self.usage
        if self.failed is None and said.input is not None and said.output is not None:
            return said
        # Of an answer that breaks off, the counts are those of its beginning.
        output = max(said.output or 0, text_tokens("".join(self.pieces)))
        return replace(said, input=self.input if said.input is None else said.input, output=output)


def _begun(prompt: Prompt, price_key: str, model: str) -> _Exchange:
    tokens = input_tokens(prompt, _size)
    most = estimate(price_key, tokens, _most_output(prompt.options))
    if most is None:
        raise _unknown(model)
    return _Exchange(price_key, tokens, most)


def _ended(account: Account, reservation: Reservation | None, exchange: _Exchange, trace: Trace) -> None:
    ledger = account.ledger
    if not exchange.arrived and exchange.failed is not None and not _was_heard(exchange.failed, trace):
        usage, price = None, 0.0
    else:
        usage = exchange.consumed()
        now = time.time()
        known = (cost(key, usage, now) for key in (trace.price_key, exchange.price_key))
        price = next((amount for amount in known if amount is not None), exchange.most)
    account.spent += price
    if ledger is None or reservation is None:
        return
    try:
        if usage is None:
            ledger.release(reservation)
        else:
            ledger.settle(reservation, usage, price)
    except ConfigError as error:
        # The answer is there, and what was reserved stays entered: the next request is told.
        trace.notes["budget"] = str(error)


def _was_heard(error: BaseException, trace: Trace) -> bool:
    """Whether a provider may have worked on a request of which nothing arrived: it then costs its input."""
    if isinstance(error, RequestError):
        return False
    if isinstance(error, LLMTimeoutError):
        return error.phase != "connect"
    if isinstance(error, NetworkError):
        return trace.first_byte is not None
    return not (isinstance(error, ProviderError) and error.status is not None and error.status >= 300)


def _most_output(options: Any) -> int:
    given = as_dict(options)
    body = given.get("extra_body")
    places = (given, body if isinstance(body, dict) else {})
    found = [place[name] for place in places for name in _MOST_OUTPUT if name in place]
    return max((most for most in found if isinstance(most, int) and not isinstance(most, bool)), default=0)


def _size(attachment: Attachment) -> int | None:
    """The bytes of a file, also of one that has not been read yet."""
    if attachment.content is None and attachment.path:
        try:
            return Path(attachment.path).stat().st_size
        except OSError:
            return None  # the request fails for it, and says why
    return known_size(attachment)


def _unknown(model: str) -> BudgetError:
    return BudgetError(
        f"Nobody knows what {model} costs, and there is a limit on what may be spent",
        hint="Ask a model whose price is known, or take the limit away; "
        'a model that costs nothing is named in config.toml: [budget] free = ["MODEL_OR_ENDPOINT"]',
    )
