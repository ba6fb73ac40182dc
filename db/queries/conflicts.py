"""Fields that two desks set apart from each other, and the entries that did it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

from db.reading import chunks, marks
from rcc_tui.domain.dates import show_date
from rcc_tui.domain.needs import Needs


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


def conflicts(connection: sqlite3.Connection, record: str = "") -> list[ConflictRow]:
    """All of them, or those of one record (whole id), in a steady order."""
    found = connection.execute(
        "SELECT record, audience, kind, field, candidates FROM conflict"
        f"{' WHERE record=?' if record else ''} ORDER BY kind, record, field",
        (record,) if record else (),
    )
    return [
        ConflictRow(record, audience, kind, field, _decoded(candidates))
        for record, audience, kind, field, candidates in found
    ]


def written(connection: sqlite3.Connection, hashes: Iterable[str]) -> dict[str, Written]:
    """The entries of these hashes (hex)."""
    found: dict[str, Written] = {}
    for wanted in chunks(bytes.fromhex(one) for one in hashes):
        rows = connection.execute(
            "SELECT e.hash, l.desk, e.header, e.payload FROM entry e JOIN log l ON l.n = e.log"
            f" WHERE e.hash IN {marks(wanted)}",
            wanted,
        )
        found.update((digest.hex(), Written(desk, header, payload)) for digest, desk, header, payload in rows)
    return found


def about(connection: sqlite3.Connection, kind: str, record: str) -> About:
    """What a record of a kind is called, and who acts for it."""
    read = _ABOUT.get(kind)
    found = read(connection, record) if read else None
    return found or About(f"{kind} {record[:8]}", "")


def place_name(connection: sqlite3.Connection, record: str) -> str:
    """A vacancy by its ref and its setting's name; the first digits of its id where it is not known."""
    found = _vacancy(connection, record)
    return found.title.removeprefix("Vacancy ") if found else record[:8]


def _setting(connection: sqlite3.Connection, record: str) -> About | None:
    row = connection.execute("SELECT name, keeper FROM setting WHERE record=?", (record,)).fetchone()
    return About(f"Setting {row[0]}", row[1]) if row else None


def _vacancy(connection: sqlite3.Connection, record: str) -> About | None:
    row = connection.execute(
        "SELECT v.ref, s.name, v.keeper FROM vacancy v LEFT JOIN setting s ON s.record = v.setting"
        " WHERE v.record=?",
        (record,),
    ).fetchone()
    if row is None:
        return None
    ref, home, keeper = row
    return About(f"Vacancy {ref}{f' at {home}' if home is not None else ''}", keeper)


def _provider(connection: sqlite3.Connection, record: str) -> About | None:
    row = connection.execute("SELECT name, keeper FROM provider WHERE record=?", (record,)).fetchone()
    return About(f"Provider {row[0]}", row[1]) if row else None


def _child(connection: sqlite3.Connection, record: str) -> About | None:
    row = connection.execute("SELECT local_id FROM child WHERE record=?", (record,)).fetchone()
    return About(f"Child {row[0]}", "") if row else None


def _episode(connection: sqlite3.Connection, record: str) -> About | None:
    row = connection.execute("SELECT local_id, start FROM episode WHERE record=?", (record,)).fetchone()
    return About(f"Placement of {row[0]} from {show_date(row[1])}", "") if row else None


def _request(connection: sqlite3.Connection, record: str) -> About | None:
    row = connection.execute("SELECT needs, child FROM request WHERE record=?", (record,)).fetchone()
    if row is None:
        return None
    needs = msgspec.json.decode(row[0], type=Needs)
    child = {"F": "girl", "M": "boy"}.get(needs.sex, "child")
    local = f" ({row[1]})" if row[1] else ""
    return About(f"Request for a {child} of {needs.age}{local}", "")


_ABOUT = {
    "setting": _setting,
    "vacancy": _vacancy,
    "provider": _provider,
    "child": _child,
    "episode": _episode,
    "request": _request,
}
