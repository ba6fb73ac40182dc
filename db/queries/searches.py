"""Searches kept under a name."""

from __future__ import annotations

from sqlmodel import Session, col, func, select

from db.records import SavedSearch


def saved(session: Session) -> tuple[tuple[str, str, str], ...]:
    """Id, name and text of each, by name."""
    rows = session.exec(
        select(SavedSearch.record, SavedSearch.name, SavedSearch.text).order_by(
            func.lower(col(SavedSearch.name)), col(SavedSearch.record)
        )
    )
    return tuple((record, name, text) for record, name, text in rows)
