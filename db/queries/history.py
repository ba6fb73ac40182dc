"""The entries about one record, as they lie in the logs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, select

from db.raw import Entry, Log, Upheld
from db.records import SetAside

READY = 0


@dataclass(frozen=True, slots=True)
class HeldEntry:
    """An entry as held. `ready` is false while it waits for others, `cut` true past the cut of its log;
    `set_aside` says why it counts for nothing, empty when it counts."""

    hash: bytes
    kind: str
    desk: bytes
    header: bytes
    payload: bytes
    ready: bool
    cut: bool
    set_aside: str


def entries_of(session: Session, record: bytes) -> list[HeldEntry]:
    """All entries about a record, in no particular order."""
    entry: Any = Entry
    log: Any = Log
    found = session.exec(
        select(entry, log.desk, log.cut, log.missing)
        .join(log, log.n == entry.log)
        .where(entry.record == record)
    ).all()
    upheld = set(session.exec(select(Upheld.entry)).all())
    aside: Any = SetAside
    why = dict(session.exec(select(aside.entry, aside.why).where(aside.record == record.hex())).all())
    return [
        HeldEntry(
            one.hash,
            one.kind,
            desk,
            one.header,
            one.payload,
            one.state == READY,
            (cut is not None and one.seq >= cut and one.n not in upheld)
            or (missing is not None and one.seq >= missing),
            why.get(one.hash.hex(), ""),
        )
        for one, desk, cut, missing in found
    ]
