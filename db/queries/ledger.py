"""The spans that charges are derived from."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from db.reading import rows


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


def charges(
    connection: sqlite3.Connection, *, with_code: str = "", trade: str = "", first: str = ""
) -> list[StoredCharge]:
    """All spans, of one authority's trades where `with_code` is given, of one trade where `trade` is, those
    that do not end before a day where `first` is (ISO)."""
    within: list[str] = []
    values: list[str] = []
    if with_code:
        within.append("(buyer=? OR seller=?)")
        values += [with_code, with_code]
    if first:
        within.append("""("end" = '' OR "end" > ?)""")
        values.append(first)
    if trade:
        within.append("record=?")
        values.append(trade)
    return rows(
        connection,
        StoredCharge,
        'SELECT record, buyer, seller, start, "end", weekly, kind, tariff FROM charge'
        f"{' WHERE ' + ' AND '.join(within) if within else ''} ORDER BY record, start, kind",
        values,
    )
