"""What may be erased and what was: from the raw tables and the table of erasures."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from sqlmodel import Session, col, select

from db.queries.trades import REQUEST_OF
from db.raw import Meta
from db.records import Child, Episode, Referral, Request, Trade


@dataclass(frozen=True, slots=True)
class Opened:
    """A record by its opening entry: whose log it is in, and where."""

    record: str
    kind: str
    audience: str
    desk: bytes
    incarnation: bytes
    log: bytes
    seq: int


@dataclass(frozen=True, slots=True)
class Erased:
    """An erasure that counts, and where its act stands: log and place."""

    target: str
    kind: str
    audience: str
    by: str
    basis: str
    at_ms: int
    log: bytes
    seq: int
    entries: int


def opened(connection: sqlite3.Connection, prefix: str) -> list[Opened]:
    """The records whose id (hex) begins so, by the first entry of each log that has one about them."""
    low = bytes.fromhex(prefix.ljust(32, "0")) if len(prefix) <= 32 else b""
    high = bytes.fromhex(prefix.ljust(32, "f")) if len(prefix) <= 32 else b""
    rows = connection.execute(
        "SELECT e.record, e.kind, l.audience, l.desk, l.incarnation, l.log, e.seq"
        " FROM entry e JOIN log l ON l.n = e.log WHERE e.record BETWEEN ? AND ? AND e.state=0"
        " ORDER BY e.record, e.seq",
        (low, high),
    )
    return [Opened(record.hex(), *rest) for record, *rest in rows]


def children_called(session: Session, local_id: str) -> list[str]:
    """The records of my children of that local identifier."""
    return list(session.exec(select(Child.record).where(Child.local_id == local_id)))


def told_of(session: Session, local_id: str) -> list[str]:
    """All records of mine that a child of that local identifier is in: episodes and requests."""
    episodes = session.exec(select(Episode.record).where(Episode.local_id == local_id))
    requests = session.exec(select(Request.record).where(Request.child == local_id))
    return [*episodes, *requests]


def local_id_of(session: Session, record: str) -> str:
    """The local identifier of a child's record; empty when it is no child's."""
    return session.exec(select(Child.local_id).where(Child.record == record)).first() or ""


def referrals_of(session: Session, requests: list[str]) -> list[str]:
    """The referrals made for these requests of mine, through the trades they were for."""
    keys = session.exec(
        select(Meta.key).where(col(Meta.key).startswith(REQUEST_OF), col(Meta.value).in_(requests))
    )
    trades = [key.removeprefix(REQUEST_OF) for key in keys]
    return list(
        session.exec(
            select(Referral.record).where(
                col(Referral.record).in_(select(Trade.referral).where(col(Trade.record).in_(trades)))
            )
        )
    )


def erased(connection: sqlite3.Connection) -> list[Erased]:
    """All erasures that count, newest first."""
    rows = connection.execute(
        'SELECT x.target, x.audience, x."by", x.basis, x.at_ms, l.log, e.seq FROM erasure x'
        " JOIN entry e ON e.hash = unhex(x.entry) JOIN log l ON l.n = e.log ORDER BY x.at_ms DESC, x.target"
    ).fetchall()
    found = []
    for target, audience, by, basis, at_ms, log, seq in rows:
        kinds = connection.execute(
            "SELECT e.kind, COUNT(*) FROM entry e JOIN log l ON l.n = e.log"
            " WHERE e.record=? AND l.audience=? GROUP BY e.kind ORDER BY 2 DESC",
            (bytes.fromhex(target), audience),
        ).fetchall()
        kind, entries = (kinds[0][0], sum(count for _, count in kinds)) if kinds else ("", 0)
        found.append(Erased(target, kind, audience, by, basis, at_ms, log, seq, entries))
    return found


def confirmed(connection: sqlite3.Connection, log: bytes, seq: int) -> set[bytes]:
    """The desks that said they hold a log up to that place."""
    rows = connection.execute("SELECT desk FROM peer_head WHERE log=? AND seq>=?", (log, seq))
    return {desk for (desk,) in rows}
