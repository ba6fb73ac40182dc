"""The ledger: postings by month, derived alike at the buyer, the seller and the hub."""

from __future__ import annotations

from datetime import date

from db.queries import ledger as queries
from db.queries.ledger import StoredCharge
from rcc_tui.domain.dates import iso_date, month_end
from rcc_tui.domain.errors import Refused
from rcc_tui.domain.ledger import Posting, Span, postings
from rcc_tui.services.desk import Desk
from rcc_tui.services.directory import must_know
from rcc_tui.services.ids import full_id


def ledger(desk: Desk, *, with_code: str = "", month: str = "") -> tuple[Posting, ...]:
    """All postings known here, of trades with one authority and of one month ("2026-11") where given.

    A stay with a stated or agreed end is charged to its end; one without to the end of the current month
    by the desk's clock, or of the month asked for where that is later. Raises Refused for no month,
    NotFound for no member.
    """
    if with_code:
        must_know(desk, with_code)
    first, through = _window(desk, month)
    found = [
        posting
        for stored in desk.read(queries.charges, with_code=with_code)
        for posting in _postings(stored, first, through, month)
    ]
    return tuple(sorted(found, key=lambda one: (one.month, one.trade, one.from_day, one.kind)))


def charges(desk: Desk, trade: str) -> tuple[Posting, ...]:
    """The postings of one trade, by day. Raises NotFound."""
    record = full_id(desk, "trade", trade)
    first, through = _window(desk, "")
    spans = desk.read(queries.charges, trade=record)
    found = [posting for stored in spans for posting in _postings(stored, first, through, "")]
    return tuple(sorted(found, key=lambda one: (one.from_day, one.kind)))


def _window(desk: Desk, month: str) -> tuple[date, date]:
    """The first day looked at, and the day after the last that an open stay is charged for."""
    today = desk.clock.today()
    if not month:
        return date.min, month_end(f"{today.year:04d}-{today.month:02d}")
    first = iso_date(f"{month}-01", "month")
    if first.year >= date.max.year:
        raise Refused(f"{month} is too far ahead.", where="month", hint="Give a month like 2026-11.")
    return first, month_end(month)


def _postings(stored: StoredCharge, first: date, through: date, month: str) -> list[Posting]:
    """The postings of one span; of one month alone when that is asked, which the others do not touch."""
    start = iso_date(stored.start, "start")
    end = iso_date(stored.end, "end") if stored.end else None
    span = Span(
        stored.trade,
        stored.seller,
        stored.buyer,
        max(start, first),
        end,
        stored.weekly,
        stored.kind,
        stored.tariff,
    )
    return postings([span], through if month else end or through)
