"""What a stay costs from day to day: agreed terms, each from its day on, over the nights that were stated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from rcc_tui.domain.dates import iso_date
from rcc_tui.domain.ledger import CARE, PREMIUM, RETAINER
from rcc_tui.domain.money import percent_of
from rcc_tui.domain.terms import Terms

Days = tuple[date, date | None]


@dataclass(frozen=True, slots=True)
class Priced:
    """Nights at one price: `start` counts, `end` does not; None while the stay goes on.

    `weekly` is pence a week, `kind` one of the ledger's, `tariff` the hash of its document or empty.
    """

    kind: str
    weekly: int
    start: date
    end: date | None
    tariff: str


def price_stay(
    versions: Sequence[Terms], start: date, end: date | None, kept_open: Sequence[tuple[date, date]] = ()
) -> list[Priced]:
    """The stay from `start` up to `end`, cut where its price changes.

    `versions` are the agreed terms, the first for the whole stay, each later one from its `effective` day.
    The first also covers days before its own, when the stay began earlier than agreed. A line that is due for
    some first nights counts them from the `start`, whichever terms it stands in. While the place is
    `kept_open` (spans of days, the last not included) the retainer is due instead of everything else, where
    one was agreed; that may lie before the child moves in as well.
    """
    if not versions or (end is not None and end < start):
        return []
    pieces = [
        piece
        for terms, (first, stop) in _in_force(versions, start, end)
        for piece in _of_version(terms, start, (first, stop), kept_open)
    ]
    for first, stop in _merged(kept_open):
        pieces += _retained(versions[0], first, min(stop, start))
    return _joined(sorted(pieces, key=lambda one: (one.kind, one.start, one.weekly, one.tariff)))


def _in_force(versions: Sequence[Terms], start: date, end: date | None) -> Iterator[tuple[Terms, Days]]:
    """Each of the terms and the days of the stay it holds for; one that another overtook holds for none."""
    days = [start, *(max(iso_date(one.effective), start) for one in versions[1:])]
    for at, terms in enumerate(versions):
        overtaken = min(days[at + 1 :], default=None)
        stop = end if overtaken is None else overtaken if end is None else min(overtaken, end)
        if stop is None or days[at] < stop:
            yield terms, (days[at], stop)


def _of_version(
    terms: Terms, moved_in: date, days: Days, kept_open: Sequence[tuple[date, date]]
) -> Iterator[Priced]:
    start, end = days
    kept = _merged(kept_open) if terms.retainer_percent else []
    yield from (
        Priced(CARE, _lasting(terms), first, stop, terms.tariff) for first, stop in _without(start, end, kept)
    )
    for line in terms.lines:
        if line.nights:
            # Of the stay: terms that change later do not begin to count anew.
            last = moved_in + timedelta(days=line.nights)
            until = last if end is None else min(last, end)
            for first, stop in _without(start, until, kept):
                yield Priced(PREMIUM, line.pence, first, stop, terms.tariff)
    for first, stop in kept:
        yield from _retained(terms, max(first, start), stop if end is None else min(stop, end))


def _lasting(terms: Terms) -> int:
    """What is due every week, as long as the stay lasts."""
    return sum(line.pence for line in terms.lines if not line.nights)


def _retained(terms: Terms, first: date, stop: date) -> Iterator[Priced]:
    if terms.retainer_percent and first < stop:
        weekly = percent_of(_lasting(terms), terms.retainer_percent)
        yield Priced(RETAINER, weekly, first, stop, terms.tariff)


def _merged(spans: Sequence[tuple[date, date]]) -> list[tuple[date, date]]:
    """The same days as spans that neither touch nor overlap, in order."""
    found: list[tuple[date, date]] = []
    for first, stop in sorted(spans):
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], stop))
        elif first < stop:
            found.append((first, stop))
    return found


def _without(start: date, end: date | None, taken: Sequence[tuple[date, date]]) -> Iterator[Days]:
    """The days from `start` up to `end` that none of the spans takes."""
    at = start
    for first, stop in taken:
        if end is not None and first >= end:
            break
        if first > at:
            yield at, first
        at = max(at, stop)
    if end is None or at < end:
        yield at, end


def _joined(pieces: Sequence[Priced]) -> list[Priced]:
    """Neighbours of one kind and price as one, by day."""
    found: list[Priced] = []
    for one in pieces:
        last = found[-1] if found else None
        if (
            last
            and last.end == one.start
            and (last.kind, last.weekly, last.tariff) == (one.kind, one.weekly, one.tariff)
        ):
            found[-1] = Priced(one.kind, one.weekly, last.start, one.end, one.tariff)
        else:
            found.append(one)
    return sorted(found, key=lambda one: (one.start, one.kind))
