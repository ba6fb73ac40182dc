"""The terms of a trade as the fold sees them: their hash, whether they are sound, what they charge."""

from __future__ import annotations

import re
from datetime import timedelta
from hashlib import sha256

from rcc_tui.acts.canonical import encode, lean
from rcc_tui.acts.days import is_day
from rcc_tui.acts.kind import Row
from rcc_tui.domain.dates import iso_date
from rcc_tui.domain.ledger import CARE
from rcc_tui.domain.needs import MAX_AGE, MAX_SIBLINGS
from rcc_tui.domain.quote import PREMIUM
from rcc_tui.domain.terms import Terms

PREMIUM_KIND = "premium"
# £10,000,000 a week: beyond any place there is, well inside a 64-bit column.
_MOST = 10**9
_MOST_NOTICE = 3660
# The tariff's label says for how many nights the premium is due; both parties have signed those words.
_PREMIUM = re.compile(rf"{re.escape(PREMIUM)}, first ([0-9]{{1,3}}) nights")


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
    if any(sum(pence) != terms.weekly for pence in parts):
        return "its lines do not add up to its weekly price"
    return ""


def premium(terms: Terms) -> tuple[int, int]:
    """(pence a week, nights) of the emergency premium among the lines; (0, 0) without one."""
    for line in terms.lines:
        found = _PREMIUM.fullmatch(line.label)
        if found and 0 < line.pence <= terms.weekly:
            return line.pence, int(found[1])
    return 0, 0


def spans(terms: Terms, start: str, end: str) -> list[Row]:
    """The rows of `charge` for a stay from `start` up to `end` (empty: it goes on): care, and the emergency
    premium for its own nights alone."""
    if end and end <= start:
        return []
    extra, nights = premium(terms)
    charged = [(CARE, terms.weekly - extra, end)]
    if nights:
        stop = (iso_date(start) + timedelta(days=nights)).isoformat()
        charged.append((PREMIUM_KIND, extra, min(stop, end) if end else stop))
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
