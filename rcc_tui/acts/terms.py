"""The terms of a trade as the fold sees them: their hash, whether they are sound, what they charge."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

from rcc_tui.acts.canonical import encode, lean
from rcc_tui.acts.days import is_day
from rcc_tui.acts.kind import Row
from rcc_tui.domain.dates import iso_date
from rcc_tui.domain.ledger import CARE
from rcc_tui.domain.needs import MAX_AGE, MAX_SIBLINGS
from rcc_tui.domain.terms import Terms

PREMIUM_KIND = "premium"
# £10,000,000 a week: beyond any place there is, well inside a 64-bit column.
_MOST = 10**9
_MOST_NOTICE = 3660
_MOST_NIGHTS = 366


def terms_hash(terms: Terms) -> str:
    """What both parties sign for: SHA-256 of the encoded terms, in hex."""
    return sha256(b"rcc/terms/1\0" + encode(lean(terms))).hexdigest()


def unsound(terms: Terms) -> str:
    """Why terms cannot be reckoned with, empty when they can.

    Only what the ledger rests on: the rules of the field are the services' to check, for they change with
    the years and a fold may not.
    """
    if not is_day(terms.start) or not all(is_day(day) for day in (terms.end, terms.valid_until) if day):
        return "its terms name a day that does not exist"
    if terms.end and terms.end < terms.start:
        return "its terms end before they start"
    if not (0 <= terms.age <= MAX_AGE and 1 <= terms.places <= MAX_SIBLINGS):
        return "its terms are for no child there can be"
    amounts = [terms.weekly, *(funder.pence for funder in terms.funders)]
    if not all(0 <= pence <= _MOST for pence in amounts) or not 0 <= terms.notice_days <= _MOST_NOTICE:
        return "its terms name an amount that cannot be"
    parts = [[line.pence for line in terms.lines]]
    parts += [[funder.pence for funder in terms.funders]] if terms.funders else []
    if not all(0 <= line.nights <= _MOST_NIGHTS for line in terms.lines):
        return "a line of its terms is due for a number of nights that cannot be"
    if any(sum(pence) != terms.weekly for pence in parts):
        return "its lines do not add up to its weekly price"
    return ""


def spans(terms: Terms, start: str, end: str) -> list[Row]:
    """The rows of `charge` for a stay from `start` up to `end` (empty: it goes on).

    One for care, and one for each line that is due for some first nights alone.
    """
    if end and end <= start:
        return []
    whole = sum(line.pence for line in terms.lines if not line.nights)
    charged = [(CARE, whole, end)]
    for line in terms.lines:
        if line.nights:
            stop = (iso_date(start) + timedelta(days=line.nights)).isoformat()
            charged.append((PREMIUM_KIND, line.pence, min(stop, end) if end else stop))
    return [
        {
            "buyer": terms.buyer,
            "seller": terms.seller,
            "start": start,
            "end": stop,
            "weekly": weekly,
            "kind": kind,
            "tariff": terms.tariff,
        }
        for kind, weekly, stop in charged
    ]
