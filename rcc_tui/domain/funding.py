"""Who pays which part of a charge: shares of the weekly price, carried over to the penny."""

from __future__ import annotations

from collections.abc import Sequence

from rcc_tui.domain.terms import Funder


def split(pence: int, shares: Sequence[Funder]) -> tuple[Funder, ...]:
    """A charge among those who fund the weekly price, in proportion to their `shares` of it.

    By largest remainder: each gets its exact part rounded down, and the pence left over go to those whose
    part lost most, the first of equals first. So the parts add up to the charge, and none is a penny or
    more from the exact part. A charge below zero (a correction) is split as its opposite. Where all shares
    are nothing, the first bears it. No shares, no parts.
    """
    if not shares:
        return ()
    weights = [share.pence for share in shares]
    whole = sum(weights)
    if not whole:
        weights[0] = whole = 1
    amount, sign = abs(pence), -1 if pence < 0 else 1
    parts = [amount * weight // whole for weight in weights]
    lost = [amount * weight % whole for weight in weights]
    for at in sorted(range(len(parts)), key=lambda n: -lost[n])[: amount - sum(parts)]:
        parts[at] += 1
    return tuple(Funder(share.name, sign * part) for share, part in zip(shares, parts, strict=True))
