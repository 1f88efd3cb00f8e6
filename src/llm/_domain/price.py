"""What an answer cost."""

from __future__ import annotations

import warnings
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from .usage import Usage


def cost(price_key: str | None, usage: Usage, when: float, *, turns: int = 1) -> float | None:
    """
    What *usage* cost in US dollars, at the list prices of the time *when* (seconds since the epoch).

    None where that is not known: no such provider or model (`price_key` is `provider/model`, in the names of the
    genai-prices package), or input or output tokens that nobody counted. A price may depend on how long a prompt is,
    so *usage* may be the sum of several *turns* only where these are on the same side of every such limit.

    The prices are those that came with the installed version of genai-prices: nothing is fetched.
    """
    provider, slash, model = (price_key or "").partition("/")
    if not slash or not model or turns < 1 or usage.input is None or usage.output is None:
        return None
    each = _of_one(provider, model, _counts(usage, turns), datetime.fromtimestamp(when, UTC))
    return None if each is None else float(each * turns)


def _counts(usage: Usage, turns: int) -> dict[str, Decimal]:
    """The tokens of the average turn. More from the cache than there were at all is a miscount, and is cut."""
    read, written = usage.input or 0, usage.output or 0
    counts = {"input_tokens": read, "output_tokens": written, "cache_read_tokens": min(usage.cached or 0, read)}
    return {name: Decimal(count) / turns for name, count in counts.items()}


def _of_one(provider: str, model: str, counts: dict[str, Decimal], when: datetime) -> Decimal | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of units that it does not price, which tells a user nothing
        from genai_prices import Usage as Counts
        from genai_prices import calc_price

        try:
            found = calc_price(Counts(**counts), model, provider_id=provider, genai_request_timestamp=when)
        except (LookupError, ValueError):
            return None
    return found.total_price if _is_priced(found.model_price, counts) or model.endswith(":free") else None


def _is_priced(prices: Any, counts: dict[str, Decimal]) -> bool:
    """Whether all that was consumed has a price: models are listed without one, and would come to nothing."""
    needed = (("input_tokens", prices.input_mtok), ("output_tokens", prices.output_mtok))
    return any(price is not None for _, price in needed) and all(
        price is not None or not counts[name] for name, price in needed
    )
