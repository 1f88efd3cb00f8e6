"""Amounts of money on the screen."""

from __future__ import annotations


def dollars(amount: float) -> str:
    """As in `$1.50`, with as many decimals as a small amount needs: `$0.000013`."""
    if amount >= 0.1 or amount == 0:
        return f"${amount:,.2f}"
    return f"${max(amount, 1e-9):.9f}".rstrip("0") if amount < 0.00001 else f"${amount:.6f}".rstrip("0")
