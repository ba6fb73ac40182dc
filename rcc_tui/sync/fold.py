"""The fold: from the set of entries to the tables, record by record."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from db.folded import Writer
from rcc_tui.acts import names
from rcc_tui.acts.kind import Author, Folded, Heard, History, Kind, Rows, record_id
from rcc_tui.acts.kinds import KINDS, LAWS
from rcc_tui.acts.standing import KIND as UPHOLDING
from rcc_tui.sync import erasure
from rcc_tui.sync.arrivals import Arrived, Verified, chunks, stored
from rcc_tui.sync.roll import Rolls
from rcc_tui.sync.standing import Standing

# What followers are handed: for each kind of record, the ids (hex) of those just folded.
Touched = Mapping[str, Sequence[str]]
Follower = Callable[[sqlite3.Connection, Touched], None]
# Records folded at once from what is held of them.
_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class _Group:
    """The entries of one record in one audience that count.

    `opened_as` are the kinds of its opening acts: one, unless its log has forked and opened in that place
    records of one id; of these at most one counts.
    """

    record: bytes
    audience: str
    entries: list[Verified]
    opened_as: tuple[str, ...] = ()


class Fold:
    """Folds records into the tables of one store, inside the caller's transaction.

    `pulse` is called many times a second, and may raise to end it.
    """

    def __init__(
        self, connection: sqlite3.Connection, rolls: Rolls, pulse: Callable[[], None] = lambda: None
    ) -> None:
        self._connection = connection
        self._rolls = rolls
        self._standing = Standing(connection, rolls)
        self._pulse = pulse
        self._writer = Writer(connection)
        self._logs: dict[int, tuple[str, Author | None, bytes]] = {}
        self._touched: dict[str, list[str]] = {}
        self._refused: dict[tuple[bytes, str], list[tuple[bytes, str]]] = {}
        self.erased = 0
        (self._before,) = connection.execute("SELECT COALESCE(MAX(n), 0) FROM entry").fetchone()

    @property
    def refused(self) -> dict[bytes, str]:
        """The entries that were set aside, with the reason."""
        return {entry: why for refused in self._refused.values() for entry, why in refused}

    def fresh(self, fresh: Mapping[bytes, list[Verified]]) -> set[bytes]:
        """Fold records never seen before, from these entries. Returns those that were erased already: they
        are to be folded again, with what else has arrived."""
        bare = erasure.strip(self._connection, fresh.keys())
        self.erased += len(bare)
        self._fold(
            group
            for record, entries in fresh.items()
            if record not in bare
            for group in self._fresh(record, entries)
        )
        return bare

    def arrived(self, arrived: Arrived) -> dict[str, list[str]]:
        """Fold what has come: the records it is the first word of, and those it adds to. Returns the ids of
        all that this fold has touched, by kind."""
        self._lay_down(arrived)
        arrived.records |= self.fresh(arrived.fresh)
        self._again(arrived.records)
        return {kind: list(dict.fromkeys(ids)) for kind, ids in self._touched.items()}

    def _lay_down(self, arrived: Arrived) -> None:
        """Fold first what decides which other entries count, then note whose standing it has changed."""
        laws = self._laws(arrived)
        self._again(laws)
        arrived.records -= laws
        for record in laws:
            arrived.fresh.pop(record, None)
        if arrived.unsettled or UPHOLDING.name in self._touched:
            arrived.fold_again(self._standing.uphold())
        arrived.fold_again(self._strip(None if laws else {*arrived.fresh, *arrived.records}))
        # What has come may have brought in line what lacks its content; what is signed here cannot.
        if laws or arrived.unsettled or arrived.new:
            arrived.fold_again(self._standing.find_missing())

    def _strip(self, records: Iterable[bytes] | None) -> set[bytes]:
        """Empty the erased ones among these records (None: all), and of what has come what waits as well."""
        due = None if records is None else {*records, *erasure.brought_back(self._connection, self._before)}
        bare = erasure.strip(self._connection, due)
        self.erased += len(bare)
        return bare

    def _laws(self, arrived: Arrived) -> set[bytes]:
        """The records of a batch that are about logs and records as such."""
        marks = ",".join("?" * len(LAWS))
        return {
            record
            for chunk in chunks({*arrived.fresh, *arrived.records})
            for record, log, seq in self._connection.execute(
                "SELECT e.record, l.log, e.seq FROM entry e JOIN log l ON l.n = e.log WHERE e.record IN"
                f" ({','.join('?' * len(chunk))}) AND e.kind IN ({marks})",
                (*chunk, *LAWS),
            )
            if _opens(record, log, seq)
        }

    def _all_laws(self) -> set[bytes]:
        """The records held that are about logs and records as such.

        They were opened as such: an act of their kind put into another record makes it none of them.
        """
        rows = self._connection.execute(
            "SELECT e.record, l.log, e.seq FROM entry e JOIN log l ON l.n = e.log"
            f" WHERE e.state=0 AND e.kind IN ({','.join('?' * len(LAWS))})",
            tuple(LAWS),
        )
        return {record for record, log, seq in rows.fetchall() if _opens(record, log, seq)}

    def _again(self, records: Iterable[bytes]) -> None:
        """Fold records that may have been folded before, from all that is held of them."""
        for chunk in chunks(sorted(records), _AT_ONCE):
            self._fold(self._held(chunk), again=True)
            self._pulse()

    def everything(self) -> dict[str, list[str]]:
        """Fold every record there is into tables that are empty."""
        self._members()
        self._standing.cut()
        laws = self._all_laws()
        self._all(sorted(laws))
        changed = self._standing.uphold() | self._strip(None) | self._standing.find_missing()
        self._again(laws & changed)
        rows = self._connection.execute("SELECT DISTINCT record FROM entry WHERE state=0 ORDER BY record")
        records = [record for (record,) in rows.fetchall() if record not in laws]
        self._all(records)
        return self._touched

    def _all(self, records: Iterable[bytes]) -> None:
        for chunk in chunks(records):
            self._fold(self._held(chunk))
            self._pulse()

    def _written_by(self, desks: Iterable[bytes]) -> set[bytes]:
        """The records that any of these desks has an entry about."""
        return {
            record
            for desk in desks
            for (record,) in self._connection.execute(
                "SELECT DISTINCT e.record FROM entry e JOIN log l ON l.n = e.log"
                " WHERE l.desk=? AND e.state=0",
                (desk,),
            )
        }

    def roll(self, before: Mapping[bytes, Author]) -> set[bytes]:
        """Go by the newest roll: its members, its cuts. Returns the records that a change of them concerns.

        `before` are the authors by the rolls until now.
        """
        self._members()
        concerned = self._standing.cut().records | self._written_by(self._rolls.restated(before))
        concerned |= self._by_roll()
        # Acts about logs and records hold or not by whose desk they name, and that one may be new.
        return concerned if self._rolls.authors == before else concerned | self._all_laws()

    def _by_roll(self) -> set[bytes]:
        """The records that rest on who has a desk and who has none."""
        return {
            bytes.fromhex(record)
            for kind in KINDS.values()
            if kind.by_roll
            for (record,) in self._connection.execute(
                f"SELECT record FROM {kind.tables[0]} WHERE {kind.by_roll}"
            )
        }

    def _members(self) -> None:
        roll = self._rolls.latest
        if roll is None:
            return
        writer = Writer(self._connection)
        self._connection.execute("DELETE FROM authority")
        writer.add(
            {
                "authority": [
                    {
                        "record": member.code,
                        "audience": names.RCC,
                        "code": member.code,
                        "name": member.name,
                        "gss": member.gss,
                        "hub": member.hub,
                        "role": member.role,
                        "trust": member.trust,
                        "host": member.host,
                        "joined": member.joined,
                        "desks": len(member.desks),
                    }
                    for member in roll.members
                ]
            }
        )
        writer.flush()

    def _log(self, log: int) -> tuple[str, Author | None, bytes]:
        if log not in self._logs:
            audience, desk, digest = self._connection.execute(
                "SELECT audience, desk, log FROM log WHERE n=?", (log,)
            ).fetchone()
            self._logs[log] = (audience, self._rolls.authors.get(desk), digest)
        return self._logs[log]

    def _fresh(self, record: bytes, entries: list[Verified]) -> list[_Group]:
        opening = next((one for one in entries if _opens(record, one.header.log, one.header.seq)), None)
        audiences = {self._log(entry.log)[0] for entry in entries}
        if opening is None or len(audiences) > 1:
            return self._held([record])
        return [_Group(record, audiences.pop(), entries, (opening.header.kind,))]

    def _held(self, records: Sequence[bytes]) -> list[_Group]:
        heard: dict[bytes, dict[str, list[Verified]]] = {record: {} for record in records}
        opened: dict[tuple[bytes, str], set[str]] = {}
        # A fork or a revocation can leave a record with no entry that counts: its rows must go all the same,
        # from the tables of the kind it was opened as.
        ready = self._connection.execute(
            "SELECT e.record, l.audience, l.log, e.seq, e.kind FROM entry e JOIN log l ON l.n = e.log"
            f" WHERE e.record IN ({','.join('?' * len(records))}) AND e.state=0",
            records,
        )
        for record, audience, log, seq, kind in ready:
            heard[record][audience] = []
            if _opens(record, log, seq):
                opened.setdefault((record, audience), set()).add(kind)
        for record, _, audience, entry in stored(self._connection, records):
            heard[record][audience].append(entry)
        return [
            _Group(record, audience, entries, tuple(sorted(opened.get((record, audience), ()))))
            for record, by_audience in heard.items()
            for audience, entries in sorted(by_audience.items())
        ]

    def _fold(self, groups: Iterable[_Group], *, again: bool = False) -> None:
        writer = self._writer
        for group in groups:
            kind, folded = self._add_up(group)
            record = group.record.hex()
            rows = dict(folded.rows)
            if again:
                self._refused.pop((group.record, group.audience), None)
            if folded.conflicts or folded.refused:
                rows.update(_amiss(kind, folded))
                self._refused[group.record, group.audience] = folded.refused
            for row in (row for table in rows.values() for row in table):
                row["record"] = record
                row["audience"] = group.audience
            if again:
                kinds = {kind, *(KINDS[name] for name in group.opened_as if name in KINDS)}
                tables = {table for one in kinds for table in one.tables}
                writer.replace(record, group.audience, ("conflict", "set_aside", *sorted(tables)), rows)
                for one in kinds - {kind}:
                    self._touched.setdefault(one.name, []).append(record)
            else:
                writer.add(rows)
            self._touched.setdefault(kind.name, []).append(record)
        writer.flush()

    def _add_up(self, group: _Group) -> tuple[Kind, Folded]:
        kind = KINDS[_kind_of(group)]
        folded = Folded()
        heard: list[Heard] = []
        for entry in group.entries:
            if not entry.signed.payload:
                # Erased: that something was said is known, what is not.
                continue
            found = self._hear(entry, kind, group, folded)
            if found is not None:
                heard.append(found)
        heard.sort(key=lambda item: item.order)
        history = History(group.record, group.audience, _in_order(heard, folded), self._rolls.authors)
        result = kind.fold(history)
        result.refused.extend(folded.refused)
        return kind, result

    def _hear(self, entry: Verified, kind: Kind, group: _Group, folded: Folded) -> Heard | None:
        """Decode one entry; what cannot be heard is set aside with the reason."""
        _, author, log = self._log(entry.log)
        header = entry.header
        why = ""
        act = None
        if author is None:
            why = "signed by a desk that is on no roll"
        elif header.kind != kind.name:
            why = (
                f"a {header.kind} act about a {kind.name}"
                if header.kind in KINDS
                else "of a kind not known here"
            )
        elif kind.scope not in ("any", names.scope(group.audience)):
            why = f"a {kind.name} is not told to {names.scope(group.audience)}"
        elif not names.may_write(group.audience, author.code, author.role):
            why = "its author does not belong to this audience"
        else:
            try:
                act = kind.decode(entry.signed.payload)
            except ValueError as error:
                why = str(error)
        if act is None or author is None:
            folded.refused.append((entry.hash, why))
            return None
        return Heard(entry.hash, act, author, header.clock, log, header.seq, header.at_ms, header.deps)


def _opens(record: bytes, log: bytes, seq: int) -> bool:
    return record_id(log, seq) == record


def _kind_of(group: _Group) -> str:
    """A record is of the kind its opening act says; without one that counts, of the first kind named."""
    opening = (one.header for one in group.entries if _opens(group.record, one.header.log, one.header.seq))
    for name in (*(header.kind for header in opening), *group.opened_as):
        if name in KINDS:
            return name
    known = sorted(entry.header.kind for entry in group.entries if entry.header.kind in KINDS)
    return known[0] if known else next(iter(sorted(KINDS)))


def _in_order(heard: list[Heard], folded: Folded) -> list[Heard]:
    """Entries whose clock does not run up along what they relied on are set aside: order rests on it."""
    if len(heard) == 1:
        return heard
    clocks = {item.hash: item.clock for item in heard}
    good: list[Heard] = []
    for item in heard:
        if any(clocks.get(dep, -1) >= item.clock for dep in item.deps):
            folded.refuse(item, "its clock does not run past what it relied on")
        else:
            good.append(item)
    return good


def _amiss(kind: Kind, folded: Folded) -> Rows:
    """Fields in conflict and entries set aside, as rows."""
    return {
        "conflict": [
            {"kind": kind.name, "field": field, "candidates": _candidates(both)}
            for field, both in folded.conflicts
        ],
        "set_aside": [
            {"kind": kind.name, "entry": entry.hex(), "why": why} for entry, why in sorted(folded.refused)
        ],
    }


def _candidates(both: Sequence[tuple[bytes, object]]) -> str:
    return msgspec.json.encode([[entry.hex(), value] for entry, value in both]).decode()
