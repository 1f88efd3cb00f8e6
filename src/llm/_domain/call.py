"""How a prompt is asked, and what is learnt of the exchange meanwhile."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .event import Event


@dataclass(frozen=True, slots=True)
class Attempt:
    """
    One try that failed: why, as one line, and the seconds that were waited before the next.

    `model` is whom it asked, where several models were there to be asked.
    """

    error: str
    waited: float
    status: int | None = None
    model: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The attempt as JSON values; the model only where there is one."""
        fields = {"error": self.error, "waited": self.waited, "status": self.status}
        return fields if self.model is None else {**fields, "model": self.model}


@dataclass(slots=True)
class Trace:
    """
    What is learnt of an exchange while it runs; a model may fill in what it knows.

    `model` is the model that answered, `request_id` the provider's name for the exchange, `raw` its payload as JSON
    values, `first_byte` the time on the monotonic clock at which the reply began. `price_key` says whose list prices
    hold, as `provider/model` in the names of the genai-prices package.
    `rate_limit` is what the reply's headers say of the provider's limits (a RateLimit; None: nothing).
    `head` is the id of the message that a next turn follows, where this one was kept and answered whole.
    `held` are events that a policy holds back until the answer is whole; they belong to one that breaks off before.
    `secrets` is what must show nowhere, of all models that were asked.
    `abort` breaks the connection off under a reader who waits for the next piece.
    """

    model: str | None = None
    price_key: str | None = None
    request_id: str | None = None
    raw: Any = field(default=None, repr=False)
    attempts: list[Attempt] = field(default_factory=list)
    secrets: tuple[str, ...] = field(default=(), repr=False)
    first_byte: float | None = None
    url: str | None = None
    rate_limit: Any = None
    head: str | None = None
    cancelled: bool = False
    held: deque[Event] = field(default_factory=deque, repr=False)
    abort: Callable[[], None] | None = field(default=None, repr=False)
    notes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Call:
    """
    How a prompt is asked: what `Model.generate` is given beside the prompt.

    `key` is the API key (None where the model needs none), `secrets` what must show nowhere (the key is one of them),
    `stream` whether pieces are wanted as they come,
    `deadline` when it must have ended (monotonic clock, seconds; None: never), `conversation` the conversation that
    this turn belongs to, `trace` the place to note facts about the exchange.
    """

    key: str | None = field(default=None, repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)
    stream: bool = True
    deadline: float | None = None
    conversation: Any = field(default=None, repr=False)
    trace: Trace = field(default_factory=Trace, repr=False)
