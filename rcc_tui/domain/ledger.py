"""The ledger: charges that follow from agreed terms and stated dates, the same wherever computed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from rcc_tui.domain.dates import months, nights
from rcc_tui.domain.money import charge_pence

# What a charge is for: the stay, a line due for some first nights, a place kept open and empty, and what
# makes good a month that was closed on other figures.
CARE = "care"
PREMIUM = "premium"
RETAINER = "retainer"
CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class Span:
    """Days of a trade at one price: `start` counts, `end` does not; None while it goes on.

    `weekly` is pence a week, `tariff` the hash of its document or empty, `kind` care or another word.
    """

    trade: str
    seller: str
    buyer: str
    start: date
    end: date | None
    weekly: int
    kind: str = CARE
    tariff: str = ""


class Posting(NamedTuple):
    """One charge of one calendar month: `pence` from buyer to seller for the nights from `from_day` up to,
    not including, `to_day`. A correction has no nights; it names the closed month it `corrects` and may be
    below zero."""

    trade: str
    month: str
    buyer: str
    seller: str
    nights: int
    weekly: int
    pence: int
    tariff: str
    kind: str
    from_day: date
    to_day: date
    corrects: str = ""


def postings(spans: Iterable[Span], through: date) -> list[Posting]:
    """One posting for each span and calendar month, by trade and day.

    Nothing is charged from `through` on: a span that is open or ends later is cut there.
    """
    found: list[Posting] = []
    for span in spans:
        end = through if span.end is None else min(span.end, through)
        if end <= span.start:
            continue
        for month, first, stop, count in _months(span.start, end):
            found.append(
                Posting(
                    span.trade,
                    month,
                    span.buyer,
                    span.seller,
                    count,
                    span.weekly,
                    charge_pence(span.weekly, count),
                    span.tariff,
                    span.kind,
                    first,
                    stop,
                )
            )
    return sorted(found, key=order)


def month_sums(start: date, end: date, weekly: int) -> Iterator[tuple[str, int]]:
    """What nights from `start` up to `end` come to in each calendar month: as `postings`, in pence alone."""
    return ((month, charge_pence(weekly, count)) for month, _, _, count in _months(start, end))


# Of a region's stays many run on, through the same months.
@lru_cache(maxsize=4096)
def _months(start: date, end: date) -> tuple[tuple[str, date, date, int], ...]:
    return tuple((month, first, stop, nights(first, stop)) for month, first, stop in months(start, end))


def order(posting: Posting) -> tuple[object, ...]:
    """A total order, so that the same spans in any order give the same list."""
    parties = (posting.seller, posting.buyer, posting.weekly, posting.tariff, posting.corrects)
    return (posting.trade, posting.from_day, posting.kind, posting.to_day, *parties)


def balances(charges: Iterable[Posting]) -> dict[str, int]:
    """What each authority is owed, in pence: sellers above zero, buyers below. They add up to 0."""
    owed: dict[str, int] = {}
    for posting in charges:
        owed[posting.seller] = owed.get(posting.seller, 0) + posting.pence
        owed[posting.buyer] = owed.get(posting.buyer, 0) - posting.pence
    return owed
