"""Trades as folded, the places given out to them, and what waits to be given out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlmodel import Session, and_, case, exists, func, or_, select

from db.raw import Meta
from db.records import Referral, Request, Setting, Take, Trade, Vacancy

# Local facts: which request of mine a trade is for. The request's id must not leave the authority.
REQUEST_OF = "trade_request:"
GOING = ("agreed", "started")


@dataclass(frozen=True, slots=True)
class StoredTrade:
    """A row of `trade`: `record` is its id, `terms` and `signed_by` JSON text, days ISO, money in pence."""

    record: str
    audience: str
    state: str
    buyer: str
    seller: str
    vacancy: str
    referral: str
    setting_name: str
    terms: str
    terms_hash: str
    proposal: str
    proposer: str
    signed_by: str
    weekly: int
    start: str
    end: str
    valid_until: str
    off_tariff: bool
    contested: bool
    disputed: bool
    started_buyer: str
    started_seller: str
    notice_on: str
    ended_buyer: str
    ended_seller: str
    end_reason: str
    reason: str
    versions: str
    change: str
    change_proposal: str
    change_proposer: str
    kept_buyer: str
    kept_seller: str


@dataclass(frozen=True, slots=True)
class StoredTake:
    """Places of a vacancy given out to a trade; `over` when there were none left."""

    trade: str
    places: int
    given_back: bool
    over: bool


@dataclass(frozen=True, slots=True)
class Due:
    """A trade whose vacancy owes it a place; `back`: is owed it back."""

    trade: StoredTrade
    back: bool


_NAMES = tuple(field.name for field in fields(StoredTrade))


def _stored(row: Trade) -> StoredTrade:
    return StoredTrade(**{name: getattr(row, name) for name in _NAMES})


def trade(session: Session, record: str) -> StoredTrade | None:
    """One trade by its whole id."""
    row = session.get(Trade, record)
    return None if row is None else _stored(row)


def page(
    session: Session,
    *,
    me: str,
    today: str,
    states: Sequence[str],
    with_code: str,
    limit: int,
    offset: int,
) -> tuple[list[StoredTrade], int]:
    """A page of trades and how many there are: those that wait for `me` first, then by latest start.

    Of `states`, "lapsed" are proposals nobody answered in time by `today` (ISO); "proposed" leaves them
    out. No states: all trades.
    """
    t: Any = Trade
    lapsed = and_(t.state == "proposed", t.valid_until != "", t.valid_until < today)
    asked = and_(t.state == "proposed", ~lapsed, t.proposer != me)
    changed = and_(t.state.in_(GOING), t.change != "", t.change_proposer != me)
    mine = and_(or_(asked, changed), or_(t.buyer == me, t.seller == me))
    query = select(Trade)
    if states:
        wanted = [and_(t.state.in_(states), ~lapsed)]
        query = query.where(or_(*wanted, lapsed) if "lapsed" in states else wanted[0])
    if with_code:
        query = query.where(or_(t.buyer == with_code, t.seller == with_code))
    total = session.exec(select(func.count()).select_from(query.subquery())).one()
    ordered = query.order_by(case((mine, 0), else_=1), t.start.desc(), t.record)
    return [_stored(row) for row in session.exec(ordered.offset(offset).limit(limit))], int(total)


def takes(session: Session, trades: Sequence[str]) -> dict[str, StoredTake]:
    """What each of these trades was given of the vacancy its terms name; those given nothing are left out."""
    k: Any = Take
    t: Any = Trade
    found = session.exec(
        select(Take).join(Trade, and_(t.record == k.trade, t.vacancy == k.record)).where(k.trade.in_(trades))
    )
    return {row.trade: StoredTake(row.trade, row.places, row.given_back, row.over) for row in found}


def dues(session: Session, allocator: str) -> list[Due]:
    """What the vacancies of one allocator's desk (hex key) owe to trades agreed elsewhere, or are owed back.

    Only for trades whose seller owns the setting: nobody disposes of another's places by naming them.
    A place comes back when the seller says the child has left, or the agreement does not stand.
    """
    t: Any = Trade
    v: Any = Vacancy
    s: Any = Setting
    k: Any = Take
    taken = exists().where(k.record == v.record, k.trade == t.record)
    held = exists().where(k.record == v.record, k.trade == t.record, k.given_back.is_(False))
    owed = and_(t.state.in_(GOING), t.contested.is_(False), ~taken)
    over = and_(or_(t.state == "withdrawn", and_(t.state == "ended", t.ended_seller != "")), held)
    rows = session.exec(
        select(Trade)
        .join(Vacancy, v.record == t.vacancy)
        .join(Setting, and_(s.record == v.setting, s.authority == t.seller))
        .where(v.allocator == allocator, or_(owed, over))
        .order_by(t.start, t.record)
    )
    return [Due(_stored(row), back=row.state not in GOING) for row in rows]


def referral(session: Session, record: str) -> tuple[str, str] | None:
    """(state, JSON of the needs) of a referral; None when it is not known here."""
    row = session.get(Referral, record) if record else None
    return None if row is None else (row.state, row.needs)


def requests_of(session: Session, trades: Sequence[str]) -> dict[str, str]:
    """The request of mine that each of these trades is for, where one is known."""
    r: Any = Request
    m: Any = Meta
    noted = session.exec(select(Meta).where(m.key.in_([REQUEST_OF + one for one in trades])))
    found = {row.key.removeprefix(REQUEST_OF): row.value for row in noted}
    placed = session.exec(select(r.trade, r.record).where(r.trade.in_(trades)).order_by(r.record))
    found.update({str(one): str(record) for one, record in placed})
    return found
