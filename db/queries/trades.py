"""Trades as folded, the places given out to them, and what waits to be given out."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from db.reading import chunks, columns, first, marks, number, rows

# Which request of mine a trade is for. Up to release 0.1.0 a local note of the desk that proposed it said so.
REQUEST_OF = "trade_request:"
GOING = ("agreed", "started")
SETTLED = "settled"


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
    vouched: str
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


_GOING = ", ".join(f"'{state}'" for state in GOING)


def trade(connection: sqlite3.Connection, record: str) -> StoredTrade | None:
    """One trade by its whole id."""
    return first(
        connection, StoredTrade, f"SELECT {columns(StoredTrade)} FROM trade WHERE record=?", (record,)
    )


def page(
    connection: sqlite3.Connection,
    *,
    me: str,
    today: str,
    states: Sequence[str],
    with_code: str,
    limit: int,
    offset: int,
    settled: Collection[str] = (),
) -> tuple[list[StoredTrade], int]:
    """A page of trades and how many there are: those that wait for `me` first, then by latest start.

    Of `states`, "lapsed" are proposals nobody answered in time by `today` (ISO); "proposed" leaves them
    out. "settled" are those among the ended ones that are in `settled`; "ended" leaves them out. No states:
    all trades.
    """
    lapsed = "(t.state = 'proposed' AND t.valid_until <> '' AND t.valid_until < :today)"
    asked = f"(t.state = 'proposed' AND NOT {lapsed} AND t.proposer <> :me)"
    changed = f"(t.state IN ({_GOING}) AND t.change <> '' AND t.change_proposer <> :me)"
    unsigned = f"(t.state IN ({_GOING}, 'ended') AND t.vouched <> '[]' AND t.proposer <> :me)"
    mine = f"(({asked} OR {changed} OR {unsigned}) AND (t.buyer = :me OR t.seller = :me))"
    values = {"me": me, "today": today, "code": with_code, "limit": limit, "offset": offset}
    within = ["1"]
    if states:
        names = {f"state{at}": "ended" if one == SETTLED else one for at, one in enumerate(states)}
        values |= names
        wanted = f"(t.state IN ({', '.join(f':{name}' for name in names)}) AND NOT {lapsed})"
        within.append(f"({wanted} OR {lapsed})" if "lapsed" in states else wanted)
    if with_code:
        within.append("(t.buyer = :code OR t.seller = :code)")
    where = " AND ".join(within)
    order = f"NOT {mine}, t.start DESC, t.record"
    if states and ("ended" in states) != (SETTLED in states):
        question = f"SELECT t.record, t.state FROM trade t WHERE {where} ORDER BY {order}"
        picked = [
            record
            for record, state in connection.execute(question, values)
            if state != "ended" or (record in settled) == (SETTLED in states)
        ]
        return _in_order(connection, picked[offset : offset + limit]), len(picked)
    total = number(connection, f"SELECT COUNT(*) FROM trade t WHERE {where}", values)
    found = rows(
        connection,
        StoredTrade,
        f"SELECT {columns(StoredTrade, 't')} FROM trade t WHERE {where}"
        f" ORDER BY {order} LIMIT :limit OFFSET :offset",
        values,
    )
    return found, total


def _in_order(connection: sqlite3.Connection, records: Sequence[str]) -> list[StoredTrade]:
    found: dict[str, StoredTrade] = {}
    for wanted in chunks(records):
        question = f"SELECT {columns(StoredTrade)} FROM trade WHERE record IN {marks(wanted)}"
        found.update((one.record, one) for one in rows(connection, StoredTrade, question, wanted))
    return [found[record] for record in records]


def takes(connection: sqlite3.Connection, trades: Sequence[str]) -> dict[str, StoredTake]:
    """What each of these trades was given of the vacancy its terms name; those given nothing are left out."""
    found: dict[str, StoredTake] = {}
    for wanted in chunks(trades):
        question = (
            f"SELECT {columns(StoredTake, 'k')} FROM take k JOIN trade t"
            f" ON t.record = k.trade AND t.vacancy = k.record WHERE k.trade IN {marks(wanted)}"
        )
        found.update((take.trade, take) for take in rows(connection, StoredTake, question, wanted))
    return found


def dues(connection: sqlite3.Connection, allocator: str) -> list[Due]:
    """What the vacancies of one allocator's desk (hex key) owe to trades agreed elsewhere, or are owed back.

    Only for trades whose seller owns the setting: nobody disposes of another's places by naming them.
    A place comes back when the seller says the child has left, or the agreement does not stand.
    """
    taken = "EXISTS (SELECT 1 FROM take k WHERE k.record = v.record AND k.trade = t.record{more})"
    owed = f"(t.state IN ({_GOING}) AND NOT t.contested AND NOT {taken.format(more='')})"
    over = (
        "((t.state = 'withdrawn' OR (t.state = 'ended' AND t.ended_seller <> ''))"
        f" AND {taken.format(more=' AND NOT k.given_back')})"
    )
    found = rows(
        connection,
        StoredTrade,
        f"SELECT {columns(StoredTrade, 't')} FROM trade t JOIN vacancy v ON v.record = t.vacancy"
        " JOIN setting s ON s.record = v.setting AND s.authority = t.seller"
        f" WHERE v.allocator = ? AND ({owed} OR {over}) ORDER BY t.start, t.record",
        (allocator,),
    )
    return [Due(one, back=one.state not in GOING) for one in found]


def referral(connection: sqlite3.Connection, record: str) -> tuple[str, str] | None:
    """(state, JSON of the needs) of a referral; None when it is not known here."""
    found = connection.execute("SELECT state, needs FROM referral WHERE record=?", (record,)).fetchone()
    return None if found is None else (str(found[0]), str(found[1]))


def requests_of(connection: sqlite3.Connection, trades: Sequence[str]) -> dict[str, str]:
    """The request of mine that each of these trades is for, where one is known."""
    found: dict[str, str] = {}
    for wanted in chunks(trades):
        keys = [REQUEST_OF + one for one in wanted]
        # The note outlives a request that was erased.
        noted = connection.execute(
            "SELECT m.key, m.value FROM meta m JOIN request r ON r.record = m.value"
            f" WHERE m.key IN {marks(keys)}",
            keys,
        )
        found.update((key.removeprefix(REQUEST_OF), value) for key, value in noted)
        said = f"FROM request_trade WHERE trade IN {marks(wanted)} ORDER BY clock, record"
        found.update(connection.execute(f"SELECT trade, record {said}", wanted))
        placed = f"SELECT trade, record FROM request WHERE trade IN {marks(wanted)} ORDER BY record"
        found.update(connection.execute(placed, wanted))
    return found
