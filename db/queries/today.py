"""What wants doing, straight from the tables: each question asks for a page and how many there are."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from sqlmodel import Session, and_, col, exists, func, or_, select

from db.queries.trades import GOING
from db.records import Hold, SetAside, Setting, Take, Trade, Vacancy


@dataclass(frozen=True, slots=True)
class TradeRow:
    """A trade that wants looking at. Days ISO."""

    id: str
    buyer: str
    seller: str
    setting_name: str
    start: str
    valid_until: str
    contested: bool
    disputed: bool


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A running trade with a change that waits; `change` its terms as JSON."""

    id: str
    buyer: str
    seller: str
    setting_name: str
    change: str


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A running trade of which notice was given for a day (ISO)."""

    id: str
    buyer: str
    seller: str
    setting_name: str
    notice_on: str


@dataclass(frozen=True, slots=True)
class HoldRow:
    """A hold that lapses soon: its vacancy, the setting's name, for whom and until when."""

    vacancy: str
    setting_name: str
    held_for: str
    until: str


@dataclass(frozen=True, slots=True)
class StaleRow:
    """A setting with vacancies to confirm: how many, and the day the oldest was confirmed."""

    setting: str
    name: str
    vacancies: int
    since: str


@dataclass(frozen=True, slots=True)
class OverbookedRow:
    """A vacancy that was promised more often than it has places, and the trade that was one too many."""

    vacancy: str
    setting_name: str
    trade: str


_TRADE_COLUMNS: tuple[Any, ...] = tuple(
    getattr(Trade, "record" if one.name == "id" else one.name) for one in fields(TradeRow)
)
_TRADE: Any = select(*_TRADE_COLUMNS)


def proposals(session: Session, me: str, today: str) -> list[TradeRow]:
    """Proposals of others that wait for my answer and have not lapsed, the first to lapse first."""
    waiting = _TRADE.where(
        col(Trade.state) == "proposed",
        col(Trade.proposer) != me,
        or_(col(Trade.buyer) == me, col(Trade.seller) == me),
        or_(col(Trade.valid_until) == "", col(Trade.valid_until) >= today),
    )
    return [TradeRow(*row) for row in session.exec(waiting.order_by(Trade.start, Trade.record))]


def lapsing_proposals(session: Session, me: str, today: str, last: str) -> list[TradeRow]:
    """My own proposals that nobody has answered and that lapse by a day, the first to lapse first."""
    own = _TRADE.where(
        col(Trade.state) == "proposed",
        col(Trade.proposer) == me,
        col(Trade.valid_until) >= today,
        col(Trade.valid_until) <= last,
    )
    return [TradeRow(*row) for row in session.exec(own.order_by(Trade.valid_until, Trade.record))]


def changes(session: Session, me: str) -> list[ChangeRow]:
    """Changes of running trades that others have proposed to me and that are not answered."""
    t: Any = Trade
    columns: tuple[Any, ...] = (t.record, t.buyer, t.seller, t.setting_name, t.change)
    waiting = (
        select(*columns)
        .where(t.state.in_(GOING), t.change != "", t.change_proposer != me)
        .where(or_(t.buyer == me, t.seller == me))
    )
    return [ChangeRow(*row) for row in session.exec(waiting.order_by(t.record))]


def notices(session: Session, me: str, last: str) -> list[NoticeRow]:
    """My placements whose notice ends by a day, the first to end first; also those it is over of."""
    t: Any = Trade
    columns: tuple[Any, ...] = (t.record, t.buyer, t.seller, t.setting_name, t.notice_on)
    ending = (
        select(*columns)
        .where(t.state.in_(GOING), t.notice_on != "", t.notice_on <= last)
        .where(or_(t.buyer == me, t.seller == me))
    )
    return [NoticeRow(*row) for row in session.exec(ending.order_by(t.notice_on, t.record))]


def amiss(session: Session, me: str) -> list[TradeRow]:
    """Contested and disputed trades: mine, or without `me` all."""
    wrong = _TRADE.where(or_(col(Trade.contested).is_(True), col(Trade.disputed).is_(True)))
    if me:
        wrong = wrong.where(or_(col(Trade.buyer) == me, col(Trade.seller) == me))
    return [TradeRow(*row) for row in session.exec(wrong.order_by(Trade.start, Trade.record))]


def provisional(session: Session, me: str) -> list[TradeRow]:
    """Agreed trades whose place has not been given out: mine, or without `me` all."""
    given = exists().where(col(Take.trade) == Trade.record, col(Take.record) == Trade.vacancy)
    waiting = _TRADE.where(col(Trade.state).in_(GOING), col(Trade.vacancy) != "", ~given)
    if me:
        waiting = waiting.where(or_(col(Trade.buyer) == me, col(Trade.seller) == me))
    return [TradeRow(*row) for row in session.exec(waiting.order_by(Trade.start, Trade.record))]


def overbooked(session: Session, me: str) -> list[OverbookedRow]:
    """Places promised twice: in my settings or to my trades, or without `me` all."""
    found = (
        select(Take.record, Setting.name, Take.trade)
        .join(Vacancy, col(Vacancy.record) == Take.record)
        .join(Setting, col(Setting.record) == Vacancy.setting)
        .outerjoin(Trade, col(Trade.record) == Take.trade)
        .where(col(Take.over).is_(True))
        .order_by(col(Setting.name), col(Take.trade))
    )
    if me:
        found = found.where(
            or_(col(Vacancy.keeper) == me, col(Setting.authority) == me, col(Trade.buyer) == me)
        )
    return [OverbookedRow(*row) for row in session.exec(found)]


def lapsing(session: Session, me: str, now: str, end: str) -> list[HoldRow]:
    """Holds on my places or for me that lapse after `now` and by `end` (ISO minutes)."""
    found = (
        select(Hold.record, Setting.name, Hold.held_for, Hold.until)
        .join(Vacancy, col(Vacancy.record) == Hold.record)
        .join(Setting, col(Setting.record) == Vacancy.setting)
        .where(
            col(Hold.released).is_(False),
            col(Hold.until) > now,
            col(Hold.until) <= end,
            col(Vacancy.state) == "open",
            or_(col(Vacancy.keeper) == me, col(Hold.held_for) == me),
        )
        .order_by(col(Hold.until), col(Hold.record))
    )
    return [HoldRow(*row) for row in session.exec(found)]


def stale(session: Session, me: str, before: str, limit: int) -> tuple[list[StaleRow], int]:
    """Settings with open vacancies of mine last confirmed before a day, the oldest first; and how many."""
    mine = and_(col(Vacancy.keeper) == me, col(Vacancy.state) == "open", col(Vacancy.confirmed_on) < before)
    oldest = func.min(col(Vacancy.confirmed_on))
    grouped = (
        select(Setting.record, Setting.name, func.count(), oldest)
        .join(Vacancy, col(Vacancy.setting) == Setting.record)
        .where(mine, col(Setting.closed).is_(False))
        .group_by(col(Setting.record), col(Setting.name))
    )
    total = session.exec(select(func.count()).select_from(grouped.subquery())).one()
    rows = session.exec(grouped.order_by(oldest, col(Setting.name), col(Setting.record)).limit(limit))
    return [StaleRow(*row) for row in rows], int(total)


def set_aside(session: Session) -> int:
    """How many entries count for nothing."""
    return int(session.exec(select(func.count()).select_from(SetAside)).one())
