"""What an answer cost, and what one may cost."""

from __future__ import annotations

import warnings
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from .priced_tokens import tokens_by_kind
from .usage import Usage


def cost(price_key: str | None, usage: Usage, when: float, *, turns: int = 1) -> float | None:
    """
    What *usage* cost in US dollars, at the list prices of the time *when* (seconds since the epoch).

    None where that is not known: no such provider or model (`price_key` is `provider/model`, in the names of the
    genai-prices package), or input or output tokens that nobody counted. A price may depend on how long a prompt is,
    so *usage* may be the sum of several *turns* only where these are on the same side of every such limit. Tokens of
    sound and pictures have their own prices where `usage.details` tells of them.

    The prices are those that came with the installed version of genai-prices: nothing is fetched.
    """
    if turns < 1 or usage.input is None or usage.output is None or min(usage.input, usage.output) < 0:
        return None
    each = _of_one(price_key, _counts(usage, turns), datetime.fromtimestamp(when, UTC))
    return None if each is None else float(each * turns)


def estimate(price_key: str | None, input_tokens: int, output_tokens: int) -> float | None:
    """What a request that is not yet sent costs with so many tokens, at today's prices; None where nobody knows."""
    counts = {"input_tokens": Decimal(input_tokens), "output_tokens": Decimal(output_tokens)}
    price = _of_one(price_key, counts, None)
    return None if price is None else float(price)


def _counts(usage: Usage, turns: int) -> dict[str, Decimal]:
    """
    The tokens of the average turn, in the names of genai-prices.

    A part that is more than its whole is a miscount, and is cut. Where nobody says which of the cached tokens are
    sound, as few are as can be.
    """
    asked, said = usage.input or 0, usage.output or 0
    kinds = tokens_by_kind(usage.details)
    read = max(min(usage.cached or 0, asked), 0)
    written = max(min(usage.cache_write or 0, asked - read), 0)
    audio = min(kinds.get("input audio", 0), asked)
    both = max(audio + read + written - asked, 0)  # at least so many are counted twice
    read_audio = min(max(kinds.get("cached audio", 0), both), read, audio)
    spoken = min(kinds.get("output audio", 0), said)
    counts = {
        "input_tokens": asked,
        "output_tokens": said,
        "cache_read_tokens": read,
        "cache_write_tokens": written,
        "cache_write_1h_tokens": min(kinds.get("written for an hour", 0), written),
        "input_audio_tokens": audio,
        "cache_audio_read_tokens": read_audio,
        "cache_audio_write_tokens": max(both - read_audio, 0),
        "output_audio_tokens": spoken,
        "output_image_tokens": min(kinds.get("output image", 0), said - spoken),
    }
    always = ("input_tokens", "output_tokens")
    return {name: Decimal(count) / turns for name, count in counts.items() if count or name in always}


def _of_one(price_key: str | None, counts: dict[str, Decimal], when: datetime | None) -> Decimal | None:
    provider, slash, model = (price_key or "").partition("/")
    if not slash or not model or not counts:
        return None
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
