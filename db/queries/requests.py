"""Requests of the own authority."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from sqlmodel import Session, case, col, func, select

from db.records import Request
from rcc_tui.domain.needs import Needs

OPEN = ("open", "shortlisted")
_needs = msgspec.json.Decoder(Needs).decode
_ids = msgspec.json.Decoder(tuple[str, ...]).decode


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request as its table has it; `shortlist` are vacancy ids."""

    id: str
    state: str
    needs: Needs
    child: str
    home_postcode: str
    officer: str
    entered_on: str
    shortlist: tuple[str, ...]
    search: str
    trade: str
    closed_why: str


def one(session: Session, record: str) -> RequestRow | None:
    """The request of that id."""
    found = session.get(Request, record)
    return _row(found) if found else None


def page(
    session: Session, states: Sequence[str], limit: int | None, offset: int
) -> tuple[tuple[RequestRow, ...], int]:
    """Requests in these states (none: in any) and how many there are.

    Those still open come first, then emergencies, then by the day needed; no day counts as today.
    """
    within = [col(Request.state).in_(states)] if states else []
    total = session.exec(select(func.count()).select_from(Request).where(*within)).one()
    found = session.exec(
        select(Request)
        .where(*within)
        .order_by(
            case((col(Request.state).in_(OPEN), 0), else_=1),
            col(Request.emergency).desc(),
            col(Request.needed_by),
            col(Request.entered_on),
            col(Request.record),
        )
        .limit(limit)
        .offset(offset)
    )
    return tuple(map(_row, found)), total


def _row(row: Request) -> RequestRow:
    return RequestRow(
        row.record,
        row.state,
        _needs(row.needs),
        row.child,
        row.home_postcode,
        row.officer,
        row.entered_on,
        _ids(row.shortlist),
        row.search,
        row.trade,
        row.closed_why,
    )
