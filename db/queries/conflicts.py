"""Fields that two desks set apart from each other, and the entries that did it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlmodel import Session, col, select

from db.raw import Entry, Log
from db.records import Child, Conflict, Episode, Provider, Request, Setting, Vacancy
from rcc_tui.domain.dates import show_date
from rcc_tui.domain.needs import Needs

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """A field of a record with more than one live value; `candidates` are (entry hash in hex, value as it
    stands in JSON), the one that is shown last."""

    record: str
    audience: str
    kind: str
    field: str
    candidates: tuple[tuple[str, object], ...]


@dataclass(frozen=True, slots=True)
class Written:
    """The entry that wrote a value: the desk's key, header and payload as they were signed."""

    desk: bytes
    header: bytes
    payload: bytes


@dataclass(frozen=True, slots=True)
class About:
    """A record in a few words, and the code of the member that acts for it (empty: whoever hears of it)."""

    title: str
    keeper: str


_decoded = msgspec.json.Decoder(tuple[tuple[str, Any], ...]).decode


def conflicts(session: Session, record: str = "") -> list[ConflictRow]:
    """All of them, or those of one record (whole id), in a steady order."""
    found = select(Conflict).order_by(col(Conflict.kind), col(Conflict.record), col(Conflict.field))
    if record:
        found = found.where(col(Conflict.record) == record)
    return [
        ConflictRow(one.record, one.audience, one.kind, one.field, _decoded(one.candidates))
        for one in session.exec(found)
    ]


def written(session: Session, hashes: Iterable[str]) -> dict[str, Written]:
    """The entries of these hashes (hex)."""
    wanted = [bytes.fromhex(one) for one in hashes]
    entry: Any = Entry
    log: Any = Log
    found: dict[str, Written] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        rows = session.exec(
            select(entry.hash, log.desk, entry.header, entry.payload)
            .join(log, log.n == entry.log)
            .where(entry.hash.in_(wanted[start : start + _AT_ONCE]))
        )
        found.update((digest.hex(), Written(desk, header, payload)) for digest, desk, header, payload in rows)
    return found


def about(session: Session, kind: str, record: str) -> About:
    """What a record of a kind is called, and who acts for it."""
    read = _ABOUT.get(kind)
    found = read(session, record) if read else None
    return found or About(f"{kind} {record[:8]}", "")


def place_name(session: Session, record: str) -> str:
    """A vacancy by its ref and its setting's name; the first digits of its id where it is not known."""
    found = _vacancy(session, record)
    return found.title.removeprefix("Vacancy ") if found else record[:8]


def _setting(session: Session, record: str) -> About | None:
    row = session.get(Setting, record)
    return About(f"Setting {row.name}", row.keeper) if row else None


def _vacancy(session: Session, record: str) -> About | None:
    row = session.get(Vacancy, record)
    if row is None:
        return None
    home = session.get(Setting, row.setting)
    return About(f"Vacancy {row.ref}{f' at {home.name}' if home else ''}", row.keeper)


def _provider(session: Session, record: str) -> About | None:
    row = session.get(Provider, record)
    return About(f"Provider {row.name}", row.keeper) if row else None


def _child(session: Session, record: str) -> About | None:
    row = session.get(Child, record)
    return About(f"Child {row.local_id}", "") if row else None


def _episode(session: Session, record: str) -> About | None:
    row = session.get(Episode, record)
    return About(f"Placement of {row.local_id} from {show_date(row.start)}", "") if row else None


def _request(session: Session, record: str) -> About | None:
    row = session.get(Request, record)
    if row is None:
        return None
    needs = msgspec.json.decode(row.needs, type=Needs)
    child = {"F": "girl", "M": "boy"}.get(needs.sex, "child")
    local = f" ({row.child})" if row.child else ""
    return About(f"Request for a {child} of {needs.age}{local}", "")


_ABOUT = {
    "setting": _setting,
    "vacancy": _vacancy,
    "provider": _provider,
    "child": _child,
    "episode": _episode,
    "request": _request,
}
