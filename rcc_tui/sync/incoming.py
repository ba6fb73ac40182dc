"""Taking in a bundle: verified first, then parsed, then stored and folded in one transaction."""

from __future__ import annotations

import gc
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

from rcc_tui.acts import names
from rcc_tui.acts.kind import log_id
from rcc_tui.domain.errors import BundleError, RccError
from rcc_tui.sync import keys
from rcc_tui.sync.arrivals import Arrivals, Verified
from rcc_tui.sync.bundle import Manifest, Opened, Part, inflate
from rcc_tui.sync.entry import (
    HEADER_TYPE,
    Signed,
    commitment,
    entry_hash,
    read_header,
    unframe,
)
from rcc_tui.sync.fold import Fold, Follower
from rcc_tui.sync.proof import read_proof
from rcc_tui.sync.roll import Rolls, SignedRoll
from rcc_tui.sync.standing import Standing

# By chance one log of a bundle is damaged; from here on it is a bomb, and costs no more time.
MAX_DAMAGED = 16


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

    def take_in(self, opened: Opened, file: str) -> Report:
        """Roll, then log by log; good logs go in though one be bad. Raises BundleError for the whole file."""
        with _uncollected():
            return self._take_in(opened, file)

    def _take_in(self, opened: Opened, file: str) -> Report:
        manifest = opened.manifest
        report = Report(file=file, digest=opened.digest)
        before = dict(self._rolls.authors)
        grown = self._adopt_rolls(opened)
        maker = self._rolls.authors.get(manifest.maker)
        if maker is None:
            raise BundleError("The bundle comes from a stranger: its maker is on no roll.", where=file)
        report.maker = maker.code
        report.roll = self._rolls.latest.version if self._rolls.latest else 0
        logs = self._logs()
        verified = self._verify_all(opened, logs, report)
        arrived = Arrivals(self._connection, Standing(self._connection, self._rolls)).take_in(verified)
        if report.problems and not arrived.new and not grown:
            # Nothing in it was any good: it leaves no trace, and is looked at again when it is met again.
            raise BundleError("; ".join(report.problems), where=file)
        fold = Fold(self._connection, self._rolls)
        if grown:
            arrived.unsettled = True
            arrived.fold_again(fold.roll(before))
        report.touched = fold.arrived(arrived)
        for follower in self._followers:
            follower(self._connection, report.touched)
        proven = self._keep_proofs(manifest, report)
        if manifest.maker not in self._rolls.seated:
            report.problems.append(
                f"a desk of {maker.code} made it that was revoked: what it says it holds is not believed"
            )
        elif manifest.is_for(self._reader().code):
            self._note_heads(manifest)
        report.new, report.known, report.parked = len(arrived.new), arrived.known, arrived.parked
        report.forks, report.erased = len(arrived.forked) + proven, fold.erased
        report.quarantined = sum(entry.hash in fold.refused for entry in arrived.new)
        if not report.new and not grown and not report.problems:
            report.result = "known"
            report.reason = "nothing new"
        if report.problems:
            report.reason = "; ".join(report.problems)
        return report

    def _adopt_rolls(self, opened: Opened) -> bool:
        grown = False
        for one in opened.manifest.rolls:
            grown |= self._rolls.adopt(SignedRoll(one.document, one.signatures), self._roots)
        return grown

    def _logs(self) -> dict[bytes, int]:
        return dict(self._connection.execute("SELECT log, n FROM log"))

    def _verify_all(self, opened: Opened, logs: dict[bytes, int], report: Report) -> list[Verified]:
        """The entries of every log that holds from end to end; a log with one fault is left out whole.

        The signatures of one section are verified by the pool while the next is read.
        """
        read: dict[bytes, list[_Section]] = {}
        bad = self._misnamed(opened.manifest.parts)
        most = len(bad) + MAX_DAMAGED
        opened_here: set[bytes] = set()
        with ThreadPoolExecutor(2) as pool:
            for part, (length, packed) in zip(opened.manifest.parts, opened.packed, strict=True):
                if part.log in bad:
                    continue
                if len(bad) > most:
                    raise BundleError("More of its logs are damaged than happens by chance.")
                try:
                    raw = inflate(part, length, packed)
                    if part.log not in logs:
                        logs[part.log] = self._open_log(part)
                        opened_here.add(part.log)
                    read.setdefault(part.log, []).append(_read_section(part, raw, logs[part.log], pool))
                except RccError as error:
                    bad.setdefault(part.log, self._fault(part, error))
            for part in {part.log: part for part in opened.manifest.parts}.values():
                try:
                    for section in read.get(part.log, ()):
                        section.require_signatures()
                except RccError as error:
                    bad.setdefault(part.log, self._fault(part, error))
        report.problems.extend(bad.values())
        # Nothing of a log that was refused may stay, not even its name.
        self._connection.executemany(
            "DELETE FROM log WHERE log=?", ((one,) for one in opened_here & bad.keys())
        )
        return [
            entry
            for log, sections in read.items()
            if log not in bad
            for one in sections
            for entry in one.entries
        ]

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
        """Proofs that a key has written two histories, passed on to whoever may not hear that log."""
        kept = 0
        for document in manifest.proofs:
            try:
                proof = read_proof(document)
            except BundleError as error:
                report.problems.append(error.message)
                continue
            cursor = self._connection.execute(
                "INSERT OR IGNORE INTO proof VALUES (?, ?, ?)", (proof.log, proof.desk, document)
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


@contextmanager
def _uncollected() -> Iterator[None]:
    """An import makes very many objects and no cycles: to look for cycles among them took a fifth of it."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


@dataclass(frozen=True, slots=True)
class _Section:
    """The entries of a section, their form and chain checked; `held` counts the signatures that hold."""

    entries: list[Verified]
    held: Callable[[], int]

    def require_signatures(self) -> None:
        """Raises BundleError at the first signature that does not hold."""
        held = self.held()
        if held != len(self.entries):
            raise BundleError(f"The signature of its entry {self.entries[held].header.seq} does not hold.")


def _read_section(part: Part, raw: bytes, log: int, pool: ThreadPoolExecutor) -> _Section:
    """Chain and commitments of one section; its signatures begin to be verified. Raises BundleError."""
    signed = unframe(raw)
    if not signed:
        raise BundleError("A section holds no entry.")
    held = keys.verify_many(part.desk, HEADER_TYPE, [(one.header, one.signature) for one in signed], pool)
    verified = [_link(part, one, log) for one in signed]
    _check_chain(part, verified)
    return _Section(verified, held)


def _link(part: Part, signed: Signed, log: int) -> Verified:
    header = read_header(signed.header)
    if header.log != part.log:
        raise BundleError("It holds an entry of another log.")
    said = signed.payload
    if said and (len(said) != header.length or commitment(signed.salt, said) != header.commit):
        raise BundleError(f"What its entry {header.seq} says is not what was signed for.")
    return Verified(log, header, entry_hash(signed.header), signed)


def _check_chain(part: Part, verified: list[Verified]) -> None:
    """The entries are those the manifest names, in order; a forked log holds two in one place.

    Whether each follows the one before it is settled on arrival, by what is held and not by how the log
    was cut into sections: else two stores could judge one log differently.
    """
    places = [entry.header.seq for entry in verified]
    if places != sorted(places):
        raise BundleError("Its entries are not in order.")
    if places[0] != part.first or places[-1] != part.last:
        raise BundleError("It holds other entries than the manifest says.")
    if verified[-1].hash != part.last_hash:
        raise BundleError("It ends in another entry than the manifest says.")
