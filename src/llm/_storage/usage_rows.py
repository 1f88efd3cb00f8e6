"""Turns and tokens, added up where they are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .query import UsageRow

if TYPE_CHECKING:
    import sqlite3

# Prompts longer than one of these cost more per token, with one provider or another. Turns are added up only with
# others between the same two, so that the price of their sum is the sum of their prices.
LIMITS = (32_000, 100_000, 128_000, 199_999, 200_000, 256_000, 272_000, 512_000, 524_288)

# What nobody counted has no price, whoever's prices hold. total() does not overflow, as sum() does where a server lies.
_USAGE = f"""
SELECT date(started, 'unixepoch') AS day, model, template,
    CASE WHEN input_tokens IS NULL OR output_tokens IS NULL THEN NULL ELSE price_key END AS price_key,
    count(*) AS turns,
    CAST(total(input_tokens) AS INTEGER) AS input,
    CAST(total(output_tokens) AS INTEGER) AS output,
    CAST(total(min(cached_tokens, input_tokens)) AS INTEGER) AS cached,
    CAST(total(min(cache_write_tokens, input_tokens)) AS INTEGER) AS cache_write
FROM turn
GROUP BY 1, 2, 3, 4, {" + ".join(f"(coalesce(input_tokens, 0) > {limit})" for limit in LIMITS)}
ORDER BY 1, 2, 3, 4
"""  # noqa: S608


def usage(connection: sqlite3.Connection) -> list[UsageRow]:
    """Turns that are alike, added up, the oldest day first; rows may differ in the length of the prompts alone."""
    return [UsageRow(*row) for row in connection.execute(_USAGE)]
