"""Which records an id that a person typed may mean."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session, select

from db.records import Referral, Request, Setting, Tariff, Trade, Vacancy

# Each kind, and the column that holds its id.
_COLUMNS: dict[str, Any] = {
    "request": Request.record,
    "vacancy": Vacancy.record,
    "setting": Setting.record,
    "trade": Trade.record,
    "referral": Referral.record,
    "tariff": Tariff.tariff,
}
_REFS: dict[str, tuple[Any, Any, Any]] = {
    "vacancy": (Vacancy.record, Vacancy.ref, Vacancy.keeper),
    "setting": (Setting.record, Setting.ref, Setting.keeper),
}
# Comes after every hex digit: ids that begin with p lie from p up to p + this.
_AFTER_HEX = "g"


def by_prefix(session: Session, kind: str, prefix: str, limit: int = 3) -> list[str]:
    """Ids of a kind that begin with `prefix` (lower-case hex), at most `limit`, in order."""
    column = _COLUMNS[kind]
    found = session.exec(
        select(column)
        .where(column >= prefix, column < prefix + _AFTER_HEX)
        .distinct()
        .order_by(column)
        .limit(limit)
    )
    return list(found)


def by_ref(session: Session, kind: str, ref: str, limit: int = 3) -> list[tuple[str, str]]:
    """(id, keeper) of the vacancies or settings that bear exactly this ref of their sender."""
    if kind not in _REFS:
        return []
    record, column, keeper = _REFS[kind]
    return list(session.exec(select(record, keeper).where(column == ref).order_by(record).limit(limit)))
