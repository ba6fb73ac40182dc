"""The terms of a trade as the fold sees them: their hash, whether they are sound, what they charge."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from rcc_tui.acts.canonical import encode, lean
from rcc_tui.acts.days import is_day
from rcc_tui.acts.kind import Row
from rcc_tui.domain.dates import iso_date
from rcc_tui.domain.needs import MAX_AGE, MAX_SIBLINGS
from rcc_tui.domain.stay import price_stay
from rcc_tui.domain.terms import Terms

# £10,000,000 a week: beyond any place there is, well inside a 64-bit column.
_MOST = 10**9
_MOST_NOTICE = 3660
_MOST_NIGHTS = 366
_WHOLE = 100


def terms_hash(terms: Terms) -> str:
    """What both parties sign for: SHA-256 of the encoded terms, in hex."""
    return sha256(b"rcc/terms/1\0" + encode(lean(terms))).hexdigest()


def unsound(terms: Terms) -> str:
    """Why terms cannot be reckoned with, empty when they can.

    Only what the ledger rests on: the rules of the field are the services' to check, for they change with
    the years and a fold may not.
    """
    named = (terms.end, terms.valid_until, terms.effective)
    if not is_day(terms.start) or not all(is_day(day) for day in named if day):
        return "its terms name a day that does not exist"
    if (terms.end and terms.end < terms.start) or (terms.effective and terms.effective < terms.start):
        return "its terms end, or change, before they start"
    if not (0 <= terms.age <= MAX_AGE and 1 <= terms.places <= MAX_SIBLINGS):
        return "its terms are for no child there can be"
    # A line below zero for the first night would make a high price look low for ever after.
    amounts = [terms.weekly, *(line.pence for line in terms.lines), *(one.pence for one in terms.funders)]
    if not all(0 <= pence <= _MOST for pence in amounts) or not 0 <= terms.notice_days <= _MOST_NOTICE:
        return "its terms name an amount that cannot be"
    if not 0 <= terms.retainer_percent <= _WHOLE:
        return "its terms name a share that cannot be"
    parts = [[line.pence for line in terms.lines]]
    parts += [[funder.pence for funder in terms.funders]] if terms.funders else []
    if not all(0 <= line.nights <= _MOST_NIGHTS for line in terms.lines):
        return "a line of its terms is due for a number of nights that cannot be"
    if any(sum(pence) != terms.weekly for pence in parts):
        return "its lines do not add up to its weekly price"
    return ""


def charges(
    versions: Sequence[Terms], start: str, end: str, kept_open: Sequence[tuple[str, str]] = ()
) -> list[Row]:
    """The rows of `charge` for a stay from `start` up to `end` (empty: it goes on)."""
    first, last = iso_date(start), iso_date(end) if end else None
    kept = [(iso_date(since), iso_date(until)) for since, until in kept_open]
    parties = {"buyer": versions[0].buyer, "seller": versions[0].seller}
    return [
        {
            **parties,
            "start": one.start.isoformat(),
            "end": one.end.isoformat() if one.end else "",
            "weekly": one.weekly,
            "kind": one.kind,
            "tariff": one.tariff,
        }
        for one in price_stay(versions, first, last, kept)
    ]
