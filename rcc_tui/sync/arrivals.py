"""Putting verified entries beside mine: which are new, which must wait, which logs have forked.

Readiness is a function of the set of entries held, never of the order they came in nor of how they were
cut into sections: an entry is connected when it follows, in place and clock, a connected entry of its own
log; it is ready when moreover all it relies on is ready and heard by everybody who hears the entry.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from rcc_tui.acts import names
from rcc_tui.acts.kinds import ENDURING, LAWS
from rcc_tui.sync.entry import Header, Signed, read_header
from rcc_tui.sync.standing import COUNTS, Standing

READY, PARKED, UNCONNECTED = 0, 1, 2
MAX_SEQ = 2**40
_CHUNK = 500


class Verified(msgspec.Struct, frozen=True, gc=False):
    """An entry whose bytes, signature, commitment and membership have been checked."""

    log: int
    header: Header
    hash: bytes
    signed: Signed


class _Held(msgspec.Struct, frozen=True, gc=False):
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
    """What came of entries taken in: `records` to fold again, beside `fresh`, those never seen before.

    `new`, `known`, `filled` and `parked` count entries. `unsettled` says that something in it bears on which
    entries count, `hollow` that content is missing: the fold settles that first.
    """

    new: int = 0
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


def chunks(values: Iterable[bytes], size: int = _CHUNK) -> Iterator[list[bytes]]:
    """Lists short enough for one SQL statement."""
    chunk: list[bytes] = []
    for value in values:
        chunk.append(value)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _marks(chunk: Sequence[bytes]) -> str:
    return ",".join("?" * len(chunk))


class Arrivals:
    """Takes verified entries into the raw tables of one store, slice by slice, inside one transaction of the
    caller's. `arrived` is what has come of all of them, but for what was fresh in each slice."""

    def __init__(self, connection: sqlite3.Connection, standing: Standing) -> None:
        self.arrived = Arrived()
        self._connection = connection
        self._standing = standing
        self._audiences: dict[int, str] = {}
        self._logs: set[int] = set()
        self._before = self._newest()

    def take_in(self, entries: Sequence[Verified]) -> dict[bytes, list[Verified]]:
        """Store the entries not known yet and settle who waits for whom.

        Returns those that are ready, by record, of records never seen before: they may be folded as they
        are, for `settle` names their records if it finds that they do not count.
        """
        known = self._known(self._maybe_held(entries))
        self.arrived.known += sum(entry.hash in known for entry in entries)
        self._fill(entries, known)
        # Causes have lower clocks: in this order one pass settles all but what waits for others.
        new = sorted(
            _whole(entry for entry in entries if entry.hash not in known),
            key=lambda entry: (entry.header.clock, entry.header.log, entry.header.seq),
        )
        if not new:
            return {}
        self.arrived.new += len(new)
        self._logs.update(entry.log for entry in new)
        if not self._logs <= self._audiences.keys():
            self._audiences = dict(self._connection.execute("SELECT n, audience FROM log"))
        seen = self._seen_records({entry.header.record for entry in new})
        known.update(self._known(self._relied_on(new, known.keys())))
        waits = self._settle(new, known)
        self._insert(new, known)
        self._wait(waits)
        self._wake({entry.hash for entry in new})
        return self._fresh(new, known, seen)

    def _fresh(
        self, new: Sequence[Verified], known: Mapping[bytes, _Held], seen: Collection[bytes]
    ) -> dict[bytes, list[Verified]]:
        """The ready entries of records that are wholly in a slice; all other records are noted."""
        ends = self._ends()
        fresh: dict[bytes, list[Verified]] = {}
        again: set[bytes] = set()
        for entry in new:
            header = entry.header
            self.arrived.hollow |= not entry.signed.payload
            if header.record in seen or not entry.signed.payload or header.kind in LAWS:
                again.add(header.record)
            elif known[entry.hash].state == READY and header.seq < ends.get(entry.log, MAX_SEQ):
                fresh.setdefault(header.record, []).append(entry)
        self.arrived.records |= again
        return {record: entries for record, entries in fresh.items() if record not in self.arrived.records}

    def settle(self) -> Arrived:
        """When all have come: where logs end and which are forked, and with it what is to be folded again."""
        logs = sorted(self._logs)
        changed = self._standing.cut(logs)
        self.arrived.forked = changed.forked
        self.arrived.records |= changed.records
        self._advance(logs)
        self.arrived.unsettled |= bool(changed.records) or not self._logs.isdisjoint(self._ends())
        (self.arrived.parked,) = self._connection.execute(
            "SELECT COUNT(DISTINCT entry) FROM waiting WHERE entry > ?", (self._before,)
        ).fetchone()
        return self.arrived

    def among_new(self, hashes: Iterable[bytes]) -> int:
        """How many of these entries are new with what was taken in."""
        return sum(
            count
            for chunk in chunks(hashes)
            for (count,) in self._connection.execute(
                f"SELECT COUNT(*) FROM entry WHERE hash IN ({_marks(chunk)}) AND n > ?",
                (*chunk, self._before),
            )
        )

    def _newest(self) -> int:
        return int(self._connection.execute("SELECT COALESCE(MAX(n), 0) FROM entry").fetchone()[0])

    def _fill(self, entries: Sequence[Verified], known: Mapping[bytes, _Held]) -> None:
        """Content of entries that were passed on to us without it."""
        hollow = self._connection.execute("SELECT 1 FROM entry WHERE length(payload) = 0 LIMIT 1")
        if hollow.fetchone() is None:
            return
        for entry in entries:
            if entry.hash not in known or not entry.signed.payload:
                continue
            # A roll that came along may undo the erasure: what is erased all the same is emptied again.
            filled = self._connection.execute(
                "UPDATE entry SET salt=?, payload=? WHERE hash=? AND length(payload) = 0 AND (? OR NOT EXISTS"
                " (SELECT 1 FROM erasure x JOIN log l ON l.audience = x.audience"
                " WHERE x.target=? AND l.n = entry.log))",
                (
                    entry.signed.salt,
                    entry.signed.payload,
                    entry.hash,
                    self.arrived.unsettled or entry.header.kind in ENDURING,
                    entry.header.record.hex(),
                ),
            )
            if filled.rowcount:
                self.arrived.unsettled = True
                self.arrived.filled += 1
                self.arrived.records.add(entry.header.record)

    def _maybe_held(self, entries: Sequence[Verified]) -> set[bytes]:
        """The hashes of those that may be held: in places up to the last one held of their log."""
        last = {
            log: self._connection.execute("SELECT MAX(seq) FROM entry WHERE log=?", (log,)).fetchone()[0]
            for log in {entry.log for entry in entries}
        }
        return {
            entry.hash
            for entry in entries
            if last[entry.log] is not None and entry.header.seq <= last[entry.log]
        }

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

    def _wake(self, settled: set[bytes]) -> None:
        """Those that waited for what is here now: each may free others in turn."""
        while settled and self._connection.execute("SELECT 1 FROM waiting LIMIT 1").fetchone():
            freed: set[bytes] = set()
            for chunk in chunks(settled):
                freed.update(self._served(chunk))
            settled = freed

    def _served(self, chunk: list[bytes]) -> set[bytes]:
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
                self.arrived.records.add(record)
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
                # If it is mine, it was written on elsewhere, and is no more continued here.
                self._connection.execute(
                    "UPDATE log SET connected=?, head=?, closed=1 WHERE n=?", (row[0] + 1, row[1], log)
                )


def _whole(entries: Iterable[Verified]) -> Iterable[Verified]:
    """Each entry once, with its content if any of them has it."""
    found: dict[bytes, Verified] = {}
    for entry in entries:
        if entry.hash not in found or not found[entry.hash].signed.payload:
            found[entry.hash] = entry
    return found.values()


def stored(
    connection: sqlite3.Connection, records: Sequence[bytes]
) -> Iterator[tuple[bytes, int, str, Verified]]:
    """The entries of some records that are ready and count: record, its log's row and audience, entry.

    No more records at once than `chunks` gives.
    """
    rows = connection.execute(
        "SELECT e.record, e.log, l.audience, e.hash, e.header, e.signature, e.salt, e.payload"
        " FROM entry e JOIN log l ON l.n = e.log"
        f" WHERE e.record IN ({_marks(records)}) AND e.state=0 AND {COUNTS}",
        records,
    )
    for record, log, audience, digest, header, *rest in rows:
        yield record, log, audience, Verified(log, read_header(header), digest, Signed(header, *rest))
