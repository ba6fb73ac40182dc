"""Taking in a bundle: verified, stored and folded in a stream, all of it in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field

from rcc_tui.acts import names
from rcc_tui.acts.kind import log_id
from rcc_tui.domain.collecting import uncollected
from rcc_tui.domain.errors import BundleError, RccError
from rcc_tui.sync.arrivals import Arrivals
from rcc_tui.sync.bundle import Manifest, Opened, Part
from rcc_tui.sync.fold import Fold, Follower
from rcc_tui.sync.proof import read_proof
from rcc_tui.sync.roll import Rolls, SignedRoll
from rcc_tui.sync.standing import Standing
from rcc_tui.sync.verifying import Verifying

Progress = Callable[[int, int], None]
"""Told many times a second how many bytes of how many are gone through; may raise to end an import."""


@dataclass
class Report:
    """What an import did, in entries. `problems` names each log that was left out, and why."""

    file: str
    result: str = "ok"
    maker: str = ""
    new: int = 0
    known: int = 0
    parked: int = 0
    quarantined: int = 0
    forks: int = 0
    erased: int = 0
    roll: int = 0
    reason: str = ""
    problems: list[str] = field(default_factory=list)
    touched: dict[str, list[str]] = field(default_factory=dict)
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who is importing: entitled to its own, its pairs' and the region's entries, no others."""

    code: str
    role: str


class Incoming:
    """Imports bundles into one store. The caller holds the transaction and throws it away to only verify."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        rolls: Rolls,
        roots: tuple[bytes, ...],
        reader: Callable[[], Reader],
        followers: Sequence[Follower],
    ) -> None:
        self._connection = connection
        self._rolls = rolls
        self._roots = roots
        self._reader = reader
        self._followers = followers

    def take_in(
        self,
        opened: Opened,
        file: str,
        *,
        without: Mapping[bytes, str] | None = None,
        progress: Progress = lambda done, total: None,
    ) -> Report:
        """Roll, then log by log; good logs go in though one be bad. Raises BundleError for the whole file.

        Raises Faulty when a fault was found in a log of which a part is stored already: then all is to be
        taken back and begun again `without` the logs it names, each with the reason.
        """
        with uncollected():
            return self._take_in(opened, file, without or {}, progress)

    def _take_in(self, opened: Opened, file: str, without: Mapping[bytes, str], progress: Progress) -> Report:
        manifest = opened.manifest
        report = Report(file=file, digest=opened.digest)
        before = dict(self._rolls.authors)
        grown = self._adopt_rolls(opened)
        maker = self._rolls.authors.get(manifest.maker)
        if maker is None:
            raise BundleError("The bundle comes from a stranger: its maker is on no roll.", where=file)
        report.maker = maker.code
        report.roll = self._rolls.latest.version if self._rolls.latest else 0
        pulse = _Pulse(progress, sum(part.length for part in manifest.parts))
        fold = Fold(self._connection, self._rolls, pulse.beat)
        arrivals = Arrivals(self._connection, Standing(self._connection, self._rolls))
        if grown:
            arrivals.arrived.unsettled = True
            arrivals.arrived.fold_again(fold.roll(before))
        report.problems.extend(self._stream(opened, without, arrivals, fold, pulse))
        arrived = arrivals.settle()
        if report.problems and not arrived.new and not arrived.filled and not grown:
            # Nothing in it was any good: it leaves no trace, and is looked at again when it is met again.
            raise BundleError("; ".join(report.problems), where=file)
        report.touched = fold.arrived(arrived)
        for follower in self._followers:
            follower(self._connection, report.touched)
        report.forks = len(arrived.forked) + self._keep_proofs(manifest, report)
        report.new = arrived.new + arrived.filled
        report.known, report.parked = arrived.known - arrived.filled, arrived.parked
        report.erased, report.quarantined = fold.erased, arrivals.among_new(fold.refused)
        self._hear(manifest, maker.code, report)
        if not report.new and not grown and not report.problems:
            report.result = "known"
            report.reason = "nothing new"
        if report.problems:
            report.reason = "; ".join(report.problems)
        return report

    def _stream(
        self,
        opened: Opened,
        without: Mapping[bytes, str],
        arrivals: Arrivals,
        fold: Fold,
        pulse: _Pulse,
    ) -> Sequence[str]:
        """Verify, store and fold slice by slice. Returns why logs were left out: whole, for one fault.

        A record is folded with the slice that brings all there is of it; others when all has come.
        """
        rows = self._logs()
        known = set(rows)

        def row(part: Part) -> int:
            if part.log not in rows:
                rows[part.log] = self._open_log(part)
            return rows[part.log]

        bad = {**self._misnamed(opened.manifest.parts), **without}
        verifying = Verifying(opened, bad, row=row, fault=self._fault, pulse=pulse.reach)
        with closing(verifying.slices()) as slices:
            for entries in slices:
                arrivals.arrived.records |= fold.fresh(arrivals.take_in(entries))
                pulse.beat()
        # Nothing of a log that was refused may stay, not even its name.
        self._connection.executemany(
            "DELETE FROM log WHERE log=?", ((one,) for one in verifying.bad.keys() - known)
        )
        return list(verifying.bad.values())

    def _hear(self, manifest: Manifest, code: str, report: Report) -> None:
        """What the maker says it holds, if it is to be believed and was said to us."""
        if manifest.maker not in self._rolls.seated:
            report.problems.append(
                f"a desk of {code} made it that was revoked: what it says it holds is not believed"
            )
        elif manifest.is_for(self._reader().code):
            self._note_heads(manifest)

    def _adopt_rolls(self, opened: Opened) -> bool:
        grown = False
        for one in opened.manifest.rolls:
            grown |= self._rolls.adopt(SignedRoll(one.document, one.signatures), self._roots)
        return grown

    def _logs(self) -> dict[bytes, int]:
        return dict(self._connection.execute("SELECT log, n FROM log"))

    def _misnamed(self, parts: Sequence[Part]) -> dict[bytes, str]:
        """The logs that by their names alone have no place here, with the reason."""
        reader = self._reader()
        bad: dict[bytes, str] = {}
        for part in parts:
            try:
                self._check_part(part, reader)
            except RccError as error:
                bad.setdefault(part.log, self._fault(part, error))
        return bad

    def _fault(self, part: Part, error: RccError) -> str:
        author = self._rolls.authors.get(part.desk)
        return f"log of {author.code if author else 'a stranger'}: {error.message}"

    def _check_part(self, part: Part, reader: Reader) -> None:
        author = self._rolls.authors.get(part.desk)
        if author is None:
            raise BundleError("It was written by a desk that is on no roll.")
        try:
            names.parties(part.audience)
        except ValueError as error:
            raise BundleError(f"It names an audience that does not exist: {part.audience!r}.") from error
        if len(part.incarnation) != 16 or log_id(part.desk, part.audience, part.incarnation) != part.log:
            raise BundleError("Its name does not fit its desk and audience.")
        if not names.may_write(part.audience, author.code, author.role):
            raise BundleError(f"{author.code} may not write for {part.audience}.")
        if not names.may_read(part.audience, reader.code, reader.role):
            raise BundleError("It is not for this desk.")

    def _open_log(self, part: Part) -> int:
        cursor = self._connection.execute(
            # Mine or not: what was written elsewhere is not continued here.
            "INSERT INTO log (log, desk, audience, incarnation, connected, head, cut_why, closed)"
            " VALUES (?, ?, ?, ?, 0, ?, '', 1)",
            (part.log, part.desk, part.audience, part.incarnation, b""),
        )
        return int(cursor.lastrowid or 0)

    def _keep_proofs(self, manifest: Manifest, report: Report) -> int:
        """Proofs that a key has written two histories, passed on to whoever may not hear that log.

        Of each desk one: it convicts, and more would let whoever has a key fill every store.
        """
        kept = 0
        for document in manifest.proofs:
            try:
                proof = read_proof(document)
            except BundleError as error:
                report.problems.append(error.message)
                continue
            if proof.desk not in self._rolls.authors:
                continue
            cursor = self._connection.execute(
                "INSERT OR IGNORE INTO proof SELECT ?, ?, ?"
                " WHERE NOT EXISTS (SELECT 1 FROM proof WHERE desk=?)",
                (proof.log, proof.desk, document, proof.desk),
            )
            kept += cursor.rowcount
        return kept

    def _note_heads(self, manifest: Manifest) -> None:
        """What the maker holds, by the newest that it made for us.

        Not the highest heads ever heard: a desk restored from a backup holds less than before, and must be
        sent again what it lost. A manifest older than the one that was heard changes nothing.
        """
        (newest,) = self._connection.execute(
            "SELECT COALESCE(MAX(at_ms), -1) FROM peer_head WHERE desk=?", (manifest.maker,)
        ).fetchone()
        if manifest.at_ms < newest:
            return
        if manifest.at_ms > newest:
            self._connection.execute("DELETE FROM peer_head WHERE desk=?", (manifest.maker,))
        self._connection.executemany(
            "INSERT INTO peer_head (desk, log, seq, hash, at_ms) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (desk, log) DO UPDATE SET seq=excluded.seq, hash=excluded.hash"
            " WHERE excluded.seq > peer_head.seq",
            ((manifest.maker, head.log, head.seq, head.hash, manifest.at_ms) for head in manifest.heads),
        )


class _Pulse:
    """Tells `progress` how far an import has come of `total` bytes."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress = progress
        self._total = total
        self._done = 0

    def reach(self, done: int) -> None:
        """So many bytes are gone through."""
        self._done = max(self._done, done)
        self.beat()

    def beat(self) -> None:
        """Still alive, where it was."""
        self._progress(self._done, self._total)
