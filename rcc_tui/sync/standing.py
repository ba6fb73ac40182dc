"""Which entries count: where a log is cut, what is upheld past the cut, where content is missing.

All of it is worked out anew from the rolls and the entries held, in three steps that rest on one another:

1. the *cut* of a log, by its signatures and the roll alone: where its key wrote two histories, or where
   the roll ends it;
2. the acts about logs and records (`LAWS`), which count by the cuts of step 1 and nothing else;
3. what those acts uphold past a cut, and where content is missing that none of them erased.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter

from rcc_tui.acts.kinds import ENDURING, LAWS
from rcc_tui.acts.standing import enough
from rcc_tui.sync.entry import read_header
from rcc_tui.sync.proof import Proof, encode_proof
from rcc_tui.sync.roll import Rolls

# An entry `e` of a log `l` counts: acts about logs and records by the cut alone, all others by the rest too.
_BY_CUT = "(l.cut IS NULL OR e.seq < l.cut)"
_LAW_NAMES = ", ".join(f"'{name}'" for name in sorted(LAWS))
_ENDURING = ", ".join(f"'{name}'" for name in sorted(ENDURING))
_IN_LINE = f"{_BY_CUT} OR e.n IN (SELECT entry FROM upheld)"
COUNTS = (
    f"CASE WHEN e.kind IN ({_LAW_NAMES}) THEN {_BY_CUT}"
    f" ELSE ({_IN_LINE})"
    " AND (l.missing IS NULL OR e.seq < l.missing) END"
)
_END = 2**62


@dataclass
class Changed:
    """Records whose entries count otherwise than before, and logs newly found forked (their rows)."""

    records: set[bytes] = field(default_factory=set)
    forked: list[int] = field(default_factory=list)


class Standing:
    """Keeps the standing of the logs of one store, inside the caller's transaction."""

    def __init__(self, connection: sqlite3.Connection, rolls: Rolls) -> None:
        self._connection = connection
        self._rolls = rolls

    def cut(self, logs: Iterable[int] | None = None) -> Changed:
        """Step 1, for these logs (rows of log) or all of them."""
        changed = Changed()
        if logs is None:
            logs = [n for (n,) in self._connection.execute("SELECT n FROM log ORDER BY n")]
        for log in logs:
            self._cut(log, changed)
        return changed

    def _cut(self, log: int, changed: Changed) -> None:
        before = self._connection.execute("SELECT cut, cut_why FROM log WHERE n=?", (log,)).fetchone()
        fork = self._forked_at(log)
        place, why = self._ending(log, fork)
        if fork is not None and self._prove(log, fork):
            changed.forked.append(log)
        if (place, why) == before:
            return
        self._connection.execute("UPDATE log SET cut=?, cut_why=? WHERE n=?", (place, why, log))
        if place != before[0]:
            changed.records |= self._records_from(log, place, before[0])

    def cut_of(self, log: int) -> tuple[int | None, str]:
        """From which place on a log does not count, by its signatures and the roll, and why."""
        return self._ending(log, self._forked_at(log))

    def _ending(self, log: int, fork: int | None) -> tuple[int | None, str]:
        return min(self._ends(log, fork), default=(None, ""))

    def _ends(self, log: int, fork: int | None) -> Iterator[tuple[int, str]]:
        name, desk = self._connection.execute("SELECT log, desk FROM log WHERE n=?", (log,)).fetchone()
        if fork is not None:
            yield fork, "fork"
        cut = self._rolls.cuts.get(name)
        if cut is not None:
            # In line in that place is another entry than the roll names: this is the branch that was not
            # meant, and nobody can tell here where it left the other.
            astray = self._connection.execute(
                "SELECT 1 FROM entry WHERE log=? AND seq=? AND state<>2"
                " AND NOT EXISTS (SELECT 1 FROM entry WHERE hash=? AND state<>2)",
                (log, cut.seq, cut.hash),
            ).fetchone()
            yield (0, "fork") if astray else (cut.seq + 1, "revoked")
        elif desk not in self._rolls.seated:
            yield 0, "revoked"

    def _forked_at(self, log: int) -> int | None:
        """The first place in which a log holds two entries that are in line; no wall clock, no "later wins".

        Entries that are not in line prove nothing that could be passed on, so they must not matter.
        """
        # The index alone tells which places hold more than one; only there is it looked who is in line.
        twice = self._connection.execute(
            "SELECT seq FROM entry WHERE log=? GROUP BY seq HAVING COUNT(*) > 1 ORDER BY seq", (log,)
        )
        for (place,) in twice:
            (count,) = self._connection.execute(
                "SELECT COUNT(*) FROM entry WHERE log=? AND seq=? AND state<>2", (log, place)
            ).fetchone()
            if count > 1:
                return int(place)
        return None

    def _prove(self, log: int, place: int) -> bool:
        """Keep what convinces anybody of a fork. Returns whether it was not known yet."""
        name, desk, audience, incarnation = self._connection.execute(
            "SELECT log, desk, audience, incarnation FROM log WHERE n=?", (log,)
        ).fetchone()
        (one, first), (other, second), *_ = self._connection.execute(
            "SELECT header, signature FROM entry WHERE log=? AND seq=? AND state<>2 ORDER BY hash",
            (log, place),
        ).fetchall()
        document = encode_proof(Proof(desk, audience, incarnation, one, first, other, second))
        cursor = self._connection.execute(
            "INSERT OR IGNORE INTO proof (log, desk, document) VALUES (?, ?, ?)", (name, desk, document)
        )
        return cursor.rowcount > 0

    def upheld(self) -> set[int]:
        """The entries (rows) that count although their log is cut before them."""
        cut = self._connection.execute(
            "SELECT n, log, audience, cut FROM log WHERE cut IS NOT NULL ORDER BY n"
        ).fetchall()
        return {entry for log in cut for entry in self._upheld(*log)}

    def uphold(self) -> set[bytes]:
        """Step 3, past the cuts: returns the records whose entries count otherwise than before."""
        held = {entry for (entry,) in self._connection.execute("SELECT entry FROM upheld")}
        due = self.upheld()
        self._connection.executemany("DELETE FROM upheld WHERE entry=?", ((one,) for one in held - due))
        self._connection.executemany("INSERT INTO upheld VALUES (?)", ((one,) for one in due - held))
        return {
            record
            for entry in held ^ due
            for (record,) in self._connection.execute("SELECT record FROM entry WHERE n=?", (entry,))
        }

    def _upheld(self, log: int, name: bytes, audience: str, cut: int) -> list[int]:
        """The entries past the cut on the way back from the furthest one that is upheld and held."""
        for seq, digest in sorted(self._tips(log, name, audience), reverse=True):
            held = self._connection.execute(
                "SELECT 1 FROM entry WHERE hash=? AND log=? AND seq=? AND state<>2", (digest, log, seq)
            )
            if held.fetchone() is not None:
                return self._back(log, seq, digest, cut)
        return []

    def _tips(self, log: int, name: bytes, audience: str) -> Iterator[tuple[int, bytes]]:
        cut = self._rolls.cuts.get(name)
        if cut is not None:
            yield cut.seq, cut.hash
        said: dict[tuple[int, str, str], set[tuple[str, str]]] = {}
        for seq, digest, owner, by, role in self._connection.execute(
            'SELECT seq, hash, owner, "by", role FROM upholding WHERE log=? AND audience=?',
            (name.hex(), audience),
        ):
            said.setdefault((seq, digest, owner), set()).add((by, role))
        fork = self._forked_at(log) if said else None
        for (seq, digest, owner), by in said.items():
            if enough(by, owner, audience, forked=fork is not None and seq >= fork):
                yield seq, bytes.fromhex(digest)

    def _back(self, log: int, seq: int, tip: bytes, cut: int) -> list[int]:
        """From an entry back along its chain to the cut."""
        rows = self._connection.execute(
            "SELECT seq, n, hash FROM entry WHERE log=? AND seq BETWEEN ? AND ? AND state<>2"
            " ORDER BY seq DESC",
            (log, cut, seq),
        )
        found: list[int] = []
        for place, held in groupby(rows.fetchall(), itemgetter(0)):
            here = {digest: n for _, n, digest in held}
            if place == seq:
                found.append(here[tip])
            elif len(here) == 1:
                # In line is what follows one in line: where there is but one, it is that.
                found.extend(here.values())
            else:
                found.append(here[self._before(found[-1])])
        return found

    def _before(self, entry: int) -> bytes:
        """The entry that one names as the one before it."""
        (header,) = self._connection.execute("SELECT header FROM entry WHERE n=?", (entry,)).fetchone()
        return read_header(header).prev

    def missing(self) -> dict[int, int]:
        """By log (row), the first place that would count if its content had come; it was not erased.

        An entry passed on without its content is as good as withheld, and with it what follows. Some
        kinds are never erased. Of histories that do not count nothing is missing: else whose
        key it is could hold back for ever, by one more entry without content, what was upheld.
        """
        return dict(
            self._connection.execute(
                "SELECT e.log, MIN(e.seq) FROM entry e JOIN log l ON l.n = e.log"
                f" WHERE length(e.payload) = 0 AND e.state<>2 AND ({_IN_LINE})"
                f" AND (e.kind IN ({_ENDURING}) OR NOT EXISTS"
                " (SELECT 1 FROM erasure x WHERE x.target=lower(hex(e.record)) AND x.audience=l.audience))"
                " GROUP BY e.log"
            ).fetchall()
        )

    def find_missing(self) -> set[bytes]:
        """Step 3, content: returns the records whose entries count otherwise than before."""
        found = self.missing()
        before: dict[int, int] = dict(
            self._connection.execute("SELECT n, missing FROM log WHERE missing IS NOT NULL").fetchall()
        )
        changed: set[bytes] = set()
        for log in sorted(found.keys() | before.keys()):
            if found.get(log) != before.get(log):
                self._connection.execute("UPDATE log SET missing=? WHERE n=?", (found.get(log), log))
                changed |= self._records_from(log, found.get(log), before.get(log))
        return changed

    def _records_from(self, log: int, *places: int | None) -> set[bytes]:
        """The records with an entry of a log in or after the first of these places."""
        first = min(_END if place is None else place for place in places)
        rows = self._connection.execute(
            "SELECT DISTINCT record FROM entry WHERE log=? AND seq>=?", (log, first)
        )
        return {record for (record,) in rows}
