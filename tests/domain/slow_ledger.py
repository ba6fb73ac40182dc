"""What a stay costs, reckoned the slow way: night by night, in decimals, knowing nothing of the program's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from rcc_tui.domain.terms import Terms

# Kind, pence a week, tariff: what a night is charged as.
Rate = tuple[str, int, str]
Lines = dict[tuple[str, Rate, date], tuple[int, int]]


def by_night(
    versions: Sequence[Terms], start: date, end: date, kept_open: Sequence[tuple[date, date]] = ()
) -> dict[date, list[Rate]]:
    """For every night the rates it is charged at."""
    nights: dict[date, list[Rate]] = {}
    day = min([start, *(first for first, _ in kept_open)])
    while day < end:
        rates = _night(versions, start, day, any(first <= day < stop for first, stop in kept_open))
        if rates:
            nights[day] = rates
        day += timedelta(days=1)
    return nights


def _night(versions: Sequence[Terms], start: date, day: date, kept: bool) -> list[Rate]:
    terms = versions[0]
    for later in versions[1:]:
        effective = max(date.fromisoformat(later.effective), start)
        if effective <= day:
            terms = later
    lasting = sum(line.pence for line in terms.lines if line.nights == 0)
    if kept and terms.retainer_percent:
        share = Decimal(lasting) * terms.retainer_percent / 100
        return [("retainer", int(share.quantize(Decimal(1), ROUND_HALF_UP)), terms.tariff)]
    if day < start:
        return []
    rates = [("care", lasting, terms.tariff)]
    rates += [
        ("premium", line.pence, terms.tariff)
        for line in terms.lines
        if line.nights and (day - start).days < line.nights
    ]
    return rates


def total(nights: dict[date, list[Rate]]) -> Decimal:
    """The exact sum in pence, nothing rounded."""
    return sum((Decimal(rate[1]) for rates in nights.values() for rate in rates), Decimal(0)) / 7


def by_month(nights: dict[date, list[Rate]]) -> dict[tuple[str, Rate, int], int]:
    """Nights of every month at every rate; of equal rates in one night each its own."""
    counted: dict[tuple[str, Rate, int], int] = defaultdict(int)
    for day, rates in nights.items():
        seen: dict[Rate, int] = defaultdict(int)
        for rate in rates:
            counted[(f"{day:%Y-%m}", rate, seen[rate])] += 1
            seen[rate] += 1
    return dict(counted)


def rounded(weekly: int, nights: int) -> int:
    """The charge of one line: pence a week by the night, a half going up."""
    return int((Decimal(weekly) * nights / 7).quantize(Decimal(1), ROUND_HALF_UP))
