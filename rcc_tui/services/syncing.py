"""Carrying entries between desks: bundles out, bundles in, and what has been heard of whom."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from db.queries import sync as stored
from db.store import explained
from rcc_tui.domain.errors import BundleError, RccError, Refused, UsageError
from rcc_tui.services.desk import Desk
from rcc_tui.services.heads import MADE_AT
from rcc_tui.services.importing import Reached, imported, unheeded
from rcc_tui.services.roll_fork import note_roll_fork, require_one_roll, roll_fork
from rcc_tui.sync.audit import audit
from rcc_tui.sync.bundle import Opened
from rcc_tui.sync.entry import read_header
from rcc_tui.sync.keys import SigningKey
from rcc_tui.sync.opening import open_bundle
from rcc_tui.sync.outgoing import Outgoing, Written
from rcc_tui.sync.paths import shown
from rcc_tui.sync.roll import Member, Roll, SignedRoll
from rcc_tui.sync.seal import SealedForOthers

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Exported:
    """A bundle written for a member.

    `left_out` counts the entries that only a sealed bundle may hold; `rest`: more is to come with the next.
    """

    to: str
    file: str
    entries: int
    sealed: bool = True
    left_out: int = 0
    rest: bool = False


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of a bundle, in entries; `reason` says why.

    `result` is ok, known (nothing new), refused, or, in a mailbox, waiting (still being written).
    """

    file: str
    result: str
    new: int = 0
    known: int = 0
    parked: int = 0
    quarantined: int = 0
    reason: str = ""
    maker: str = ""
    exit_code: int = 0


@dataclass(frozen=True, slots=True)
class HeardOf:
    """How far a member has been heard: entries held of its desks, and when the last of them was made."""

    code: str
    name: str
    heard_to: int
    heard_at: str


@dataclass(frozen=True, slots=True)
class Status:
    """What this desk holds and of whom it has heard. `withheld` counts logs a peer holds further than we."""

    authority: str
    members: tuple[HeardOf, ...]
    entries: int
    parked: int
    quarantined: int
    conflicts: int
    forks: int
    withheld: int
    roll: int


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome of a check: every problem in one sentence."""

    ok: bool
    entries: int
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """A line of the Sync screen: a bundle that went out or came in."""

    direction: str
    at: str
    peer: str
    what: str


def export(desk: Desk, to: Sequence[str], folder: Path, *, unsealed: bool = False) -> tuple[Exported, ...]:
    """Write a bundle for each of `to` (`all`: every other member), sealed to its desks.

    Naming my own authority carries all it may hear, its own entries among them, to its other desks.
    `unsealed` writes what is for everybody, for anybody to read, and leaves the rest out.
    Raises Refused, UsageError, StoreError.
    """
    require_one_roll(desk)
    others = {member.code: member for member in readers(desk, current_roll(desk))}
    every = [code for code in others if code != desk.code]
    codes = every if "all" in to else list(dict.fromkeys(to))
    if not codes:
        raise UsageError("Say for whom: --to CODE, or --to all.")
    for code in codes:
        if code not in others:
            raise Refused(
                f"There is no other member {code} on the roll.",
                where="--to",
                hint=f"One of {', '.join(others)}.",
            )
    out = Outgoing(desk.store.write, desk.key, desk.rolls)
    for code in codes if not unsealed else ():
        # Before the first is written: all of them or none.
        out.recipients(others[code])
    return tuple(
        noted(desk, out.write(others[code], folder, made_at(desk), unsealed=unsealed)) for code in codes
    )


def current_roll(desk: Desk) -> Roll:
    """The roll this desk goes by. Raises Refused when there is none, or the desk's member is not on it."""
    if desk.rolls.latest is None:
        raise Refused("This desk has no roll yet.", hint="Take one in: rcc region roll adopt FILE.")
    if desk.rolls.member(desk.code) is None:
        raise Refused(f"{desk.code} is not on the roll.", hint="Enrol it, then take in the roll.")
    return desk.rolls.latest


def readers(desk: Desk, roll: Roll) -> list[Member]:
    """The members bundles are written for: all that have a desk beside this one and have not left."""
    today = desk.clock.today().isoformat()
    return [
        member
        for member in roll.members
        if any(seat.key != desk.key.public for seat in member.desks)
        and not (member.left and member.left <= today)
    ]


def made_at(desk: Desk) -> int:
    """The moment a bundle is made (ms since 1970), later than that of any this store made before.

    Others believe the newest of what a desk says it holds: a clock put back must not make it the oldest, nor
    a store that was put back, which the note outside it tells of.
    """
    noted_there = desk.heads.made if desk.heads is not None else 0
    return max(desk.clock.at_ms(), 1 + noted_there, 1 + int(desk.meta(MADE_AT) or 0))


def noted(desk: Desk, written: Written) -> Exported:
    """A bundle that lies there, and goes into the list of those that went out; one that cannot is taken away.

    Raises StoreError: what was said to have failed must not lie there to be carried off.
    """
    try:
        with desk.store.transaction() as write:
            now = desk.clock.now().isoformat(timespec="minutes")
            stored.add_receipt(
                write, "out", written.digest, now, written.to, json.dumps({"entries": written.entries})
            )
            desk.set_meta(MADE_AT, str(made_at(desk)))
    except BaseException:
        with suppress(OSError):
            written.file.unlink()
        raise
    return Exported(
        written.to, shown(written.file), written.entries, written.sealed, written.left_out, written.rest
    )


def take_in(
    desk: Desk,
    paths: Sequence[Path],
    *,
    verify_only: bool = False,
    progress: Progress | None = None,
    reached: Reached = unheeded,
) -> tuple[FileResult, ...]:
    """Import bundles, each on its own; `verify_only` goes all the way and then keeps nothing.

    A bad file is a result, never an exception: the others still go in. What `reached` raises ends it: of the
    file that is being read nothing is kept, and the files before it are in.
    """
    results: list[FileResult] = []
    try:
        for number, path in enumerate(paths):
            if progress:
                progress(f"reading {shown(Path(path.name))}", number, len(paths))
            found = partial(open_bundle, path, desk.key)
            one = take_in_opened(desk, shown(path), found, verify_only=verify_only, reached=reached)
            results.append(one)
    finally:
        if not verify_only:
            have_traded(desk, results)
    if progress:
        progress("", len(paths), len(paths))
    return tuple(results)


def have_traded(desk: Desk, results: Sequence[FileResult]) -> None:
    """After something new came in: give out the places it asks for, where they are mine to give."""
    if any(result.new for result in results):
        # Here and not above: whoever only asks how things stand need not load what trades load.
        from rcc_tui.services.trades import give_out

        give_out(desk)


def take_in_opened(
    desk: Desk,
    file: str,
    found: Callable[[], Opened],
    *,
    verify_only: bool = False,
    reached: Reached = unheeded,
) -> FileResult:
    """Take in what `found` opens, which may fail with BundleError; `file` names it in the result."""
    offered: list[SignedRoll] = []
    try:
        require_one_roll(desk)
        opened = found()
        offered.extend(SignedRoll(one.document, one.signatures) for one in opened.manifest.rolls)
        report = imported(desk, opened, file, verify_only=verify_only, reached=reached)
    except RccError as error:
        note_roll_fork(desk, error, offered)
        return refused(file, error)
    return FileResult(
        file,
        report.result,
        report.new,
        report.known,
        report.parked,
        report.quarantined,
        report.reason,
        report.maker,
        BundleError.exit_code if report.problems else 0,
    )


def refused(file: str, error: RccError) -> FileResult:
    """A file of which nothing went in."""
    reason = " ".join(filter(None, (error.message, error.hint)))
    return FileResult(file, "refused", reason=reason, exit_code=error.exit_code)


def describe(path: Path, key: SigningKey | None = None) -> dict[str, object]:
    """What a bundle says of itself, its form and signature checked, nothing believed.

    Of one that is sealed, and not to the desk whose `key` is given, it is only told that it is sealed and
    how long it is. Raises BundleError.
    """
    try:
        opened = open_bundle(path, key)
    except SealedForOthers:
        return {
            "file": shown(path),
            "sealed": True,
            "opened": False,
            "bytes": path.stat().st_size,
            "logs": [],
        }
    manifest = opened.manifest
    return {
        "file": shown(path),
        "sealed": bool(manifest.sealed_to),
        "opened": True,
        "maker": manifest.maker.hex(),
        "made_at": _moment(manifest.at_ms),
        "recipients": [one.code for one in manifest.recipients],
        "desks": len(manifest.sealed_to),
        "roll": manifest.roll,
        "heads": len(manifest.heads),
        "proofs": len(manifest.proofs),
        "logs": [
            {
                "log": part.log.hex(),
                "desk": part.desk.hex(),
                "audience": part.audience,
                "first": part.first,
                "last": part.last,
                "bytes": part.length,
            }
            for part in manifest.parts
        ],
    }


def status(desk: Desk) -> Status:
    """What is held, what waits, and how far each member has been heard."""
    connection = desk.store.write
    held, parked = stored.entries(connection)
    heard = stored.heard_of(connection)
    members = []
    for member in desk.rolls.latest.members if desk.rolls.latest else ():
        known = [heard[seat.key] for seat in member.desks if seat.key in heard]
        last = max((read_header(header).at_ms for _, last_ones in known for header in last_ones), default=0)
        members.append(
            HeardOf(member.code, member.name, sum(count for count, _ in known), _moment(last) if last else "")
        )
    return Status(
        authority=desk.code,
        members=tuple(members),
        entries=held,
        parked=parked,
        quarantined=stored.count(connection, "set_aside"),
        conflicts=stored.count(connection, "conflict"),
        forks=stored.forked(connection),
        withheld=len(stored.withheld(connection)),
        roll=desk.rolls.latest.version if desk.rolls.latest else 0,
    )


def moved(desk: Desk, limit: int = 50) -> tuple[Moved, ...]:
    """The last bundles that went out or came in, newest first."""
    return tuple(
        Moved(direction, at, peer, _told(json.loads(report)))
        for direction, at, peer, report in stored.receipts(desk.store.write, limit)
    )


def _told(report: dict[str, int | str]) -> str:
    """A report in one line: its counts, then what was wrong."""
    counts = [f"{value} {name}" for name, value in report.items() if value and isinstance(value, int)]
    return "; ".join(filter(None, (", ".join(counts) or "nothing new", str(report.get("reason", "")))))


def check(desk: Desk, *, deep: bool = False) -> Checked:
    """Verify every signature and chain held; `deep` also folds all anew and compares the digests.

    A file so damaged that it cannot be read to its end is a problem like any other.
    """
    problems: list[str] = []
    count = 0
    try:
        with explained(desk.store.path):
            problems.extend(filter(None, [roll_fork(desk)]))
            problems.extend(audit(desk.store.write, desk.roots, desk.rolls))
            if deep:
                problems.extend(
                    f"tables of {audience}: they are not what the logs add up to"
                    for audience, (before, after) in rehearse(desk).items()
                    if before != after
                )
            count = stored.entries(desk.store.write)[0]
    except RccError as error:
        problems.append(f"database: {error.message}")
    return Checked(not problems, count, tuple(problems))


class _Rehearsed(Exception):
    """Leaves the transaction of a rehearsal so that nothing of it is kept."""


def rehearse(desk: Desk) -> dict[str, tuple[str, str]]:
    """The digests before and after a rebuild that is then thrown away."""
    outcome: dict[str, tuple[str, str]] = {}
    followers, desk.followers = desk.followers, []
    try:
        with desk.store.transaction():
            outcome = desk.rebuild()
            raise _Rehearsed
    except _Rehearsed:
        return outcome
    finally:
        desk.followers = followers


def as_json(result: FileResult) -> dict[str, object]:
    """A result with the keys scripts rely on."""
    return {name: value for name, value in asdict(result).items() if name != "exit_code"}


def _moment(at_ms: int) -> str:
    moment = datetime.fromtimestamp(at_ms / 1000, UTC).astimezone().replace(tzinfo=None)
    return moment.isoformat(timespec="minutes")
