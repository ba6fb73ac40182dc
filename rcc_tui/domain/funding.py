"""Who pays which part of a charge: shares of the weekly price, carried over to the penny."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rcc_tui.domain.errors import UsageError
from rcc_tui.domain.money import parse_pounds
from rcc_tui.domain.terms import Funder

NONE = "none"


def read_funders(texts: Iterable[str], field: str = "funders") -> tuple[Funder, ...]:
    """Shares as people type them, each as "health=300.00"; “none” alone is no share. Raises UsageError,
    Refused; whether there are such funders, and whether they add up, is for the terms to check."""
    typed = [text.strip() for text in texts]
    found: dict[str, Funder] = {}
    for text in typed if [one.casefold() for one in typed] != [NONE] else ():
        name, equals, amount = (part.strip().casefold() for part in text.partition("="))
        if not (name and equals and amount):
            raise UsageError(
                f"“{text}” is not NAME=POUNDS.", where=field, hint="Write it like health=300.00."
            )
        if name in found:
            raise UsageError(f"{name} is given twice.", where=field, hint="Give each funder once.")
        found[name] = Funder(name, parse_pounds(amount, field))
    return tuple(found.values())


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
