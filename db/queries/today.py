"""What wants doing, straight from the tables: each question asks for a page and how many there are."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from db.queries.trades import GOING
from db.reading import number, rows


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


_TRADE = (
    "SELECT t.record, t.buyer, t.seller, t.setting_name, t.start, t.valid_until, t.contested, t.disputed"
    " FROM trade t WHERE "
)
_MINE = "(t.buyer = :me OR t.seller = :me)"
# Without `me`: everybody's.
_MINE_OR_ALL = f"(:me = '' OR {_MINE})"
_GOING = ", ".join(f"'{state}'" for state in GOING)


def proposals(connection: sqlite3.Connection, me: str, today: str) -> list[TradeRow]:
    """Proposals of others that wait for my answer and have not lapsed, the first to lapse first."""
    return rows(
        connection,
        TradeRow,
        f"{_TRADE} t.state = 'proposed' AND t.proposer <> :me AND {_MINE}"
        " AND (t.valid_until = '' OR t.valid_until >= :today) ORDER BY t.start, t.record",
        {"me": me, "today": today},
    )


def lapsing_proposals(connection: sqlite3.Connection, me: str, today: str, last: str) -> list[TradeRow]:
    """My own proposals that nobody has answered and that lapse by a day, the first to lapse first."""
    return rows(
        connection,
        TradeRow,
        f"{_TRADE} t.state = 'proposed' AND t.proposer = :me"
        " AND t.valid_until BETWEEN :today AND :last ORDER BY t.valid_until, t.record",
        {"me": me, "today": today, "last": last},
    )


def changes(connection: sqlite3.Connection, me: str) -> list[ChangeRow]:
    """Changes of running trades that others have proposed to me and that are not answered."""
    return rows(
        connection,
        ChangeRow,
        "SELECT t.record, t.buyer, t.seller, t.setting_name, t.change FROM trade t"
        f" WHERE t.state IN ({_GOING}) AND t.change <> '' AND t.change_proposer <> :me AND {_MINE}"
        " ORDER BY t.record",
        {"me": me},
    )


def unsigned(connection: sqlite3.Connection, me: str) -> list[TradeRow]:
    """My trades that a hub has agreed to for me, before I had a desk."""
    return rows(
        connection,
        TradeRow,
        f"{_TRADE} t.vouched <> '[]' AND t.proposer <> :me AND {_MINE}"
        f" AND t.state IN ({_GOING}, 'ended') ORDER BY t.start, t.record",
        {"me": me},
    )


def waiting(connection: sqlite3.Connection) -> list[TradeRow]:
    """All that waits for an answer, proposals and changes, the first to start first."""
    return rows(
        connection,
        TradeRow,
        f"{_TRADE} t.state = 'proposed' OR (t.state IN ({_GOING}) AND t.change <> '')"
        " ORDER BY t.start, t.record",
    )


def notices(connection: sqlite3.Connection, me: str, last: str) -> list[NoticeRow]:
    """My placements whose notice ends by a day, the first to end first; also those it is over of."""
    return rows(
        connection,
        NoticeRow,
        "SELECT t.record, t.buyer, t.seller, t.setting_name, t.notice_on FROM trade t"
        f" WHERE t.state IN ({_GOING}) AND t.notice_on <> '' AND t.notice_on <= :last AND {_MINE}"
        " ORDER BY t.notice_on, t.record",
        {"me": me, "last": last},
    )


def amiss(connection: sqlite3.Connection, me: str) -> list[TradeRow]:
    """Contested and disputed trades: mine, or without `me` all."""
    return rows(
        connection,
        TradeRow,
        f"{_TRADE} (t.contested OR t.disputed) AND {_MINE_OR_ALL} ORDER BY t.start, t.record",
        {"me": me},
    )


def provisional(connection: sqlite3.Connection, me: str) -> list[TradeRow]:
    """Agreed trades whose place has not been given out: mine, or without `me` all."""
    return rows(
        connection,
        TradeRow,
        f"{_TRADE} t.state IN ({_GOING}) AND t.vacancy <> '' AND {_MINE_OR_ALL}"
        " AND NOT EXISTS (SELECT 1 FROM take k WHERE k.trade = t.record AND k.record = t.vacancy)"
        " ORDER BY t.start, t.record",
        {"me": me},
    )


def overbooked(connection: sqlite3.Connection, me: str) -> list[OverbookedRow]:
    """Places promised twice: in my settings or to my trades, or without `me` all."""
    return rows(
        connection,
        OverbookedRow,
        "SELECT k.record, s.name, k.trade FROM take k JOIN vacancy v ON v.record = k.record"
        " JOIN setting s ON s.record = v.setting LEFT JOIN trade t ON t.record = k.trade"
        " WHERE k.over AND (:me = '' OR v.keeper = :me OR s.authority = :me OR t.buyer = :me)"
        " ORDER BY s.name, k.trade",
        {"me": me},
    )


def lapsing(connection: sqlite3.Connection, me: str, now: str, end: str) -> list[HoldRow]:
    """Holds on my places or for me that lapse after `now` and by `end` (ISO minutes)."""
    return rows(
        connection,
        HoldRow,
        "SELECT h.record, s.name, h.held_for, h.until FROM hold h JOIN vacancy v ON v.record = h.record"
        " JOIN setting s ON s.record = v.setting WHERE NOT h.released AND h.until > :now AND h.until <= :end"
        " AND v.state = 'open' AND (v.keeper = :me OR h.held_for = :me) ORDER BY h.until, h.record",
        {"me": me, "now": now, "end": end},
    )


def stale(connection: sqlite3.Connection, me: str, before: str, limit: int) -> tuple[list[StaleRow], int]:
    """Settings with open vacancies of mine last confirmed before a day, the oldest first; and how many."""
    grouped = (
        "SELECT s.record, s.name, COUNT(*), MIN(v.confirmed_on) FROM setting s"
        " JOIN vacancy v ON v.setting = s.record WHERE v.keeper = :me AND v.state = 'open'"
        " AND v.confirmed_on < :before AND NOT s.closed GROUP BY s.record, s.name"
    )
    asked = {"me": me, "before": before, "limit": limit}
    total = number(connection, f"SELECT COUNT(*) FROM ({grouped})", asked)
    return rows(connection, StaleRow, f"{grouped} ORDER BY 4, s.name, s.record LIMIT :limit", asked), total


def set_aside(connection: sqlite3.Connection) -> int:
    """How many entries count for nothing."""
    return number(connection, "SELECT COUNT(*) FROM set_aside")
