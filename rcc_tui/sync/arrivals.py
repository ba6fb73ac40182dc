"""Putting verified entries beside mine: which are new, which must wait, which logs have forked.

Readiness is a function of the set of entries held, never of the order they came in nor of how they were
cut into sections: an entry is connected when it follows, in place and clock, a connected entry of its own
log; it is ready when moreover all it relies on is ready and heard by everybody who hears the entry.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rcc_tui.acts import names
from rcc_tui.sync.entry import Header, Signed, read_header
from rcc_tui.sync.standing import COUNTS, Standing

READY, PARKED, UNCONNECTED = 0, 1, 2
MAX_SEQ = 2**40
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Verified:
    """An entry whose bytes, signature, commitment and membership have been checked."""

    log: int
    header: Header
    hash: bytes
    signed: Signed


@dataclass(frozen=True, slots=True)
class _Held:
    """Where an entry stands: its state, the row of its log, its place and clock there."""

    state: int
    log: int
    seq: int
    clock: int

    def leads_to(self, log: int, header: Header) -> bool:
        """Whether an entry that names this one as the one before it may follow here."""
        return (
            self.state != UNCONNECTED
            and self.log == log
            and self.seq + 1 == header.seq
            and self.clock < header.clock
        )


@dataclass
class Arrived:
    """What came of a batch: `records` to fold again (with `fresh`, those never seen before).

    `unsettled` says that something in it bears on which entries count: the fold settles that first.
    """

    new: list[Verified] = field(default_factory=list)
    known: int = 0
    filled: int = 0
    parked: int = 0
    forked: list[int] = field(default_factory=list)
    records: set[bytes] = field(default_factory=set)
    fresh: dict[bytes, list[Verified]] = field(default_factory=dict)
    unsettled: bool = False
    hollow: bool = False

    def fold_again(self, records: Iterable[bytes]) -> None:
        """Further records to fold from all that is held of them."""
        for record in records:
            self.records.add(record)
            self.fresh.pop(record, None)


def chunks(values: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Lists short enough for one SQL statement."""
    chunk: list[bytes] = []
    for value in values:
        chunk.append(value)
        if len(chunk) == _CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _marks(chunk: Sequence[bytes]) -> str:
    return ",".join("?" * len(chunk))


class Arrivals:
    """Takes verified entries into the raw tables of one store, inside the caller's transaction."""

    def __init__(self, connection: sqlite3.Connection, standing: Standing) -> None:
        self._connection = connection
        self._standing = standing

    def take_in(self, entries: Sequence[Verified]) -> Arrived:
        """Store the entries not known yet, settle who waits for whom, and say which records changed."""
        arrived = Arrived()
        known = self._known({entry.hash for entry in entries})
        arrived.known = sum(entry.hash in known for entry in entries)
        self._fill(arrived, entries, known)
        # Causes have lower clocks: in this order one pass settles all but what waits for others.
        arrived.new = sorted(
            _whole(entry for entry in entries if entry.hash not in known),
            key=lambda entry: (entry.header.clock, entry.header.log, entry.header.seq),
        )
        if not arrived.new:
            return arrived
        self._audiences = dict(self._connection.execute("SELECT n, audience FROM log"))
        seen = self._seen_records({entry.header.record for entry in arrived.new})
        known.update(self._known(self._relied_on(arrived.new, known.keys())))
        waits = self._settle(arrived.new, known)
        self._insert(arrived.new, known)
        self._wait(waits)
        self._wake(arrived, {entry.hash for entry in arrived.new})
        logs = {entry.log for entry in arrived.new}
        changed = self._standing.cut(sorted(logs))
        arrived.forked = changed.forked
        arrived.records |= changed.records
        self._advance(logs)
        ends = self._ends()
        arrived.hollow = any(not entry.signed.payload for entry in arrived.new)
        arrived.unsettled |= bool(changed.records) or not logs.isdisjoint(ends)
        for entry in arrived.new:
            if entry.header.record in seen or not entry.signed.payload:
                arrived.records.add(entry.header.record)
            elif known[entry.hash].state == READY and entry.header.seq < ends.get(entry.log, MAX_SEQ):
                arrived.fresh.setdefault(entry.header.record, []).append(entry)
        arrived.parked = self._still_waiting(arrived.new) if waits else 0
        for record in arrived.records:
            arrived.fresh.pop(record, None)
        return arrived

    def _fill(self, arrived: Arrived, entries: Sequence[Verified], known: Mapping[bytes, _Held]) -> None:
        """Content of entries that were passed on to us without it."""
        if self._connection.execute("SELECT 1 FROM log WHERE missing IS NOT NULL LIMIT 1").fetchone() is None:
            return
        for entry in entries:
            if entry.hash not in known or not entry.signed.payload:
                continue
            filled = self._connection.execute(
                "UPDATE entry SET salt=?, payload=? WHERE hash=? AND length(payload) = 0",
                (entry.signed.salt, entry.signed.payload, entry.hash),
            )
            if filled.rowcount:
                arrived.unsettled = True
                arrived.filled += 1
                arrived.records.add(entry.header.record)

    def _known(self, hashes: Iterable[bytes]) -> dict[bytes, _Held]:
        return {
            digest: _Held(state, log, seq, read_header(header).clock)
            for chunk in chunks(hashes)
            for digest, state, log, seq, header in self._connection.execute(
                f"SELECT hash, state, log, seq, header FROM entry WHERE hash IN ({_marks(chunk)})", chunk
            )
        }

    def _heard(self, dep: int, entry: int) -> bool:
        """Whether everybody who hears the log `entry` also hears the log `dep` (both rows of log)."""
        audience = self._audiences[entry]
        return names.scope(audience) == "own" or self._audiences[dep] in (names.RCC, audience)

    def _seen_records(self, records: Iterable[bytes]) -> set[bytes]:
        return {
            record
            for chunk in chunks(records)
            for (record,) in self._connection.execute(
                f"SELECT DISTINCT record FROM entry WHERE record IN ({_marks(chunk)})", chunk
            )
        }

    @staticmethod
    def _relied_on(entries: Sequence[Verified], known: Collection[bytes]) -> set[bytes]:
        here = {entry.hash for entry in entries}
        relied = {dep for entry in entries for dep in entry.header.deps}
        relied.update(entry.header.prev for entry in entries if entry.header.seq)
        return {one for one in relied - here if one not in known}

    def _settle(
        self, entries: Sequence[Verified], known: dict[bytes, _Held]
    ) -> list[tuple[bytes, bytes, bool]]:
        """Note the state of every entry; returns (dep, entry, chain) for each thing still waited for."""
        waits: list[tuple[bytes, bytes, bool]] = []
        for entry in entries:
            header = entry.header
            before = known.get(header.prev)
            connected = header.seq == 0 or (before is not None and before.leads_to(entry.log, header))
            missing = [dep for dep in header.deps if not self._serves(known.get(dep), entry.log)]
            if not connected:
                waits.append((header.prev, entry.hash, True))
            waits.extend((dep, entry.hash, False) for dep in missing)
            state = UNCONNECTED if not connected else PARKED if missing else READY
            known[entry.hash] = _Held(state, entry.log, header.seq, header.clock)
        return waits

    def _serves(self, dep: _Held | None, log: int) -> bool:
        return dep is not None and dep.state == READY and self._heard(dep.log, log)

    def _insert(self, entries: Sequence[Verified], known: Mapping[bytes, _Held]) -> None:
        self._connection.executemany(
            "INSERT INTO entry (hash, log, seq, record, kind, state, header, signature, salt, payload)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    entry.hash,
                    entry.log,
                    entry.header.seq,
                    entry.header.record,
                    entry.header.kind,
                    known[entry.hash].state,
                    entry.signed.header,
                    entry.signed.signature,
                    entry.signed.salt,
                    entry.signed.payload,
                )
                for entry in entries
            ),
        )

    def _wait(self, waits: Sequence[tuple[bytes, bytes, bool]]) -> None:
        self._connection.executemany(
            "INSERT INTO waiting (dep, entry, chain) SELECT ?, n, ? FROM entry WHERE hash=?",
            ((dep, chain, entry) for dep, entry, chain in waits),
        )

    def _wake(self, arrived: Arrived, settled: set[bytes]) -> None:
        """Those that waited for what is here now: each may free others in turn."""
        while settled and self._connection.execute("SELECT 1 FROM waiting LIMIT 1").fetchone():
            freed: set[bytes] = set()
            for chunk in chunks(settled):
                freed.update(self._served(chunk, arrived))
            settled = freed

    def _served(self, chunk: list[bytes], arrived: Arrived) -> set[bytes]:
        rows = self._connection.execute(
            "SELECT w.n, w.entry, w.chain, d.state, d.log, d.seq, d.header, e.log, e.header FROM waiting w"
            " JOIN entry d ON d.hash = w.dep JOIN entry e ON e.n = w.entry"
            f" WHERE w.dep IN ({_marks(chunk)})",
            chunk,
        ).fetchall()
        served = []
        for n, entry, chain, state, dep_log, seq, dep_header, log, header in rows:
            dep = _Held(state, dep_log, seq, read_header(dep_header).clock)
            if dep.leads_to(log, read_header(header)) if chain else self._serves(dep, log):
                served.append((n, entry))
        self._connection.executemany("DELETE FROM waiting WHERE n=?", ((n,) for n, _ in served))
        changed: set[bytes] = set()
        for entry in {entry for _, entry in served}:
            left = [
                bool(chain)
                for (chain,) in self._connection.execute("SELECT chain FROM waiting WHERE entry=?", (entry,))
            ]
            state = UNCONNECTED if True in left else PARKED if left else READY
            digest, record, before = self._connection.execute(
                "SELECT hash, record, state FROM entry WHERE n=?", (entry,)
            ).fetchone()
            if state == before:
                continue
            self._connection.execute("UPDATE entry SET state=? WHERE n=?", (state, entry))
            changed.add(digest)
            if state == READY:
                arrived.records.add(record)
        return changed

    def _ends(self) -> dict[int, int]:
        """For each log that does not count to its end, up to where it does for sure."""
        rows = self._connection.execute(
            "SELECT n, MIN(COALESCE(cut, missing), COALESCE(missing, cut)) FROM log"
            " WHERE cut IS NOT NULL OR missing IS NOT NULL"
        )
        return dict(rows.fetchall())

    def _advance(self, logs: Iterable[int]) -> None:
        for log in logs:
            row = self._connection.execute(
                "SELECT seq, hash FROM entry WHERE log=? AND state<>? ORDER BY seq DESC, hash DESC LIMIT 1",
                (log, UNCONNECTED),
            ).fetchone()
            if row:
                self._connection.execute(
                    "UPDATE log SET connected=?, head=? WHERE n=?", (row[0] + 1, row[1], log)
                )

    def _still_waiting(self, entries: Sequence[Verified]) -> int:
        return sum(
            count
            for chunk in chunks(entry.hash for entry in entries)
            for (count,) in self._connection.execute(
                f"SELECT COUNT(*) FROM entry WHERE state<>0 AND hash IN ({_marks(chunk)})", chunk
            )
        )


def _whole(entries: Iterable[Verified]) -> Iterable[Verified]:
    """Each entry once, with its content if any of them has it."""
    found: dict[bytes, Verified] = {}
    for entry in entries:
        if entry.hash not in found or not found[entry.hash].signed.payload:
            found[entry.hash] = entry
    return found.values()


def stored(connection: sqlite3.Connection, record: bytes) -> list[tuple[int, str, Verified]]:
    """The entries of a record that are ready and count, each with its log's row and audience."""
    rows = connection.execute(
        "SELECT e.log, l.audience, e.hash, e.header, e.signature, e.salt, e.payload"
        " FROM entry e JOIN log l ON l.n = e.log"
        f" WHERE e.record=? AND e.state=0 AND {COUNTS}",
        (record,),
    )
    return [
        (log, audience, Verified(log, read_header(header), digest, Signed(header, signature, salt, payload)))
        for log, audience, digest, header, signature, salt, payload in rows
    ]
