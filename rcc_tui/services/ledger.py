"""The ledger: postings by month, derived alike at the buyer, the seller and the hub."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from db.queries import ledger as queries
from db.queries import statements, trades
from db.queries.ledger import StoredCharge
from db.queries.statements import StoredLine, StoredStatement
from rcc_tui.domain.closing import composed
from rcc_tui.domain.collecting import uncollected
from rcc_tui.domain.dates import iso_date, month_end
from rcc_tui.domain.errors import Refused
from rcc_tui.domain.ledger import Posting, Span, postings
from rcc_tui.services.desk import Desk
from rcc_tui.services.directory import must_know
from rcc_tui.services.ids import full_id
from rcc_tui.services.pair_months import pair_months


def ledger(desk: Desk, *, with_code: str = "", month: str = "") -> tuple[Posting, ...]:
    """All postings known here, of trades with one authority and of one month ("2026-11") where given.

    A stay with a stated or agreed end is charged to its end; one without to the end of the current month
    by the desk's clock, or of the month asked for where that is later. Months that a pair has closed stand
    as they were stated; what has turned out otherwise is a correction later. Raises Refused for no month,
    NotFound for no member.
    """
    if with_code:
        must_know(desk, with_code)
    with uncollected():
        return _ledger(desk, with_code, month, window(desk, month))


def _ledger(desk: Desk, with_code: str, month: str, days: tuple[date, date]) -> tuple[Posting, ...]:
    first, through = days
    known = pair_months(desk, with_code=with_code)
    stored = desk.read(queries.charges, with_code=with_code, first=first.isoformat())
    done = {key for one in known for key in one.done}
    due = [posting for one in known for posting in one.due if not month or posting.month == month]
    closed = [
        one
        for one in desk.read(statements.statements, month=month, closed=True)
        if not with_code or with_code in (one.seller, one.buyer)
    ]
    found = composed(_derived(stored, first, through, bool(month)), done, _stated(desk, closed), due)
    return _with_tariffs(found, stored)


def charges(desk: Desk, trade: str) -> tuple[Posting, ...]:
    """The postings of one trade, by day. Raises NotFound."""
    record = full_id(desk, "trade", trade)
    _, through = window(desk, "")
    spans = desk.read(queries.charges, trade=record)
    row = desk.read(trades.trade, record)
    assert row is not None
    known = pair_months(desk, with_code=row.buyer)
    done = {key for one in known for key in one.done}
    due = [posting for one in known for posting in one.due if posting.trade == record]
    closed = desk.read(statements.statements, pair=(row.seller, row.buyer), closed=True)
    stated = [posting for posting in _stated(desk, closed) if posting.trade == record]
    return _with_tariffs(composed(_derived(spans, date.min, through, False), done, stated, due), spans)


def _stated(desk: Desk, closed: Sequence[StoredStatement]) -> list[Posting]:
    """The lines of closed months."""
    lines = desk.read(statements.lines, [one.record for one in closed])
    return [posting_of(one, line) for one in closed for line in lines[one.record]]


def _with_tariffs(found: Sequence[Posting], spans: Iterable[StoredCharge]) -> tuple[Posting, ...]:
    """The postings, those of closed months too by the tariff that their nights go by; a statement does not
    say it. A correction goes by the last one of the month it corrects."""
    nameless = {one.trade for one in found if not one.tariff}
    known: defaultdict[str, list[StoredCharge]] = defaultdict(list)
    for span in spans:
        if span.tariff and span.trade in nameless:
            known[span.trade].append(span)
    return tuple(
        one._replace(tariff=_tariff_of(one, known[one.trade]))
        if one.trade in known and not one.tariff
        else one
        for one in found
    )


def _tariff_of(posting: Posting, spans: Sequence[StoredCharge]) -> str:
    first = f"{posting.corrects}-01" if posting.corrects else posting.from_day.isoformat()
    last = (month_end(posting.corrects) if posting.corrects else posting.to_day).isoformat()
    over = [one for one in spans if one.start < last and (not one.end or one.end > first)]
    alike = [one for one in over if one.kind == posting.kind] or over
    return max(alike, key=lambda one: one.start).tariff if alike else ""


def posting_of(statement: StoredStatement, line: StoredLine) -> Posting:
    """A stated line as the posting it states."""
    return Posting(
        line.trade,
        statement.month,
        statement.buyer,
        statement.seller,
        line.nights,
        line.weekly,
        line.pence,
        "",
        line.kind,
        date.fromisoformat(line.start),
        date.fromisoformat(line.end),
        line.corrects,
    )


def window(desk: Desk, month: str) -> tuple[date, date]:
    """The first day looked at, and the day after the last that an open stay is charged for."""
    today = desk.clock.today()
    if not month:
        return date.min, month_end(f"{today.year:04d}-{today.month:02d}")
    first = iso_date(f"{month}-01", "month")
    if first.year >= date.max.year:
        raise Refused(f"{month} is too far ahead.", where="month", hint="Give a month like 2026-11.")
    return first, month_end(month)


def _derived(stored: Iterable[StoredCharge], first: date, through: date, cut: bool) -> list[Posting]:
    """The postings from `first` on. `cut`: none from `through` on, though a stay has an end beyond it."""
    found: list[Posting] = []
    for one in stored:
        start = date.fromisoformat(one.start)
        end = date.fromisoformat(one.end) if one.end else None
        span = Span(
            one.trade, one.seller, one.buyer, max(start, first), end, one.weekly, one.kind, one.tariff
        )
        found += postings([span], through if cut else end or through)
    return found
