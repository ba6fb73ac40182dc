"""The spans that charges are derived from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, or_, select

from db.records import Charge


@dataclass(frozen=True, slots=True)
class StoredCharge:
    """Nights of a trade at one weekly rate in pence; `end` (ISO) is empty while it runs on."""

    trade: str
    buyer: str
    seller: str
    start: str
    end: str
    weekly: int
    kind: str
    tariff: str


def charges(session: Session, *, with_code: str = "", trade: str = "") -> list[StoredCharge]:
    """All spans, of one authority's trades where `with_code` is given, of one trade where `trade` is."""
    c: Any = Charge
    columns: Any = (c.record, c.buyer, c.seller, c.start, c.end, c.weekly, c.kind, c.tariff)
    query: Any = select(*columns).order_by(c.record, c.start, c.kind)
    if with_code:
        query = query.where(or_(c.buyer == with_code, c.seller == with_code))
    if trade:
        query = query.where(c.record == trade)
    return [StoredCharge(*row) for row in session.exec(query)]
