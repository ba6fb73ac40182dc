"""A mailbox: a folder all can reach, where each leaves for the others what they lack."""

from __future__ import annotations

import errno
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import msgspec

from db.queries import sync as stored
from rcc_tui.domain.errors import BundleError, RccError, Refused, StoreError
from rcc_tui.services.desk import Desk
from rcc_tui.services.importing import Reached, unheeded
from rcc_tui.services.roll_fork import require_one_roll, roll_fork
from rcc_tui.services.syncing import (
    Exported,
    FileResult,
    Progress,
    current_roll,
    have_traded,
    made_at,
    noted,
    readers,
    refused,
    take_in_opened,
)
from rcc_tui.sync.mailbox import Lying, StillComing, lying_in
from rcc_tui.sync.opening import Sleep, opened, read_file
from rcc_tui.sync.outgoing import UNFINISHED, Outgoing, new_name
from rcc_tui.sync.paths import shown
from rcc_tui.sync.roll import Member
from rcc_tui.sync.seal import MAX_HEADER, is_sealed, is_sealed_to

_KEY = "mailbox:"
_NO_WRITING = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})


@dataclass(frozen=True, slots=True)
class Unsent:
    """A member for whom nothing could be left, and why."""

    to: str
    reason: str
    exit_code: int = 1


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One visit to a mailbox folder."""

    sent: tuple[Exported, ...]
    received: tuple[FileResult, ...]
    unsent: tuple[Unsent, ...] = ()


class _Left(msgspec.Struct, frozen=True):
    """My bundle for one member: its name and length, and what it said by `Outgoing.owed`.

    `writing` is named before anything of it is written and `gone` until it is away: an interrupted visit
    is put in order by the next.
    """

    owed: str = ""
    file: str = ""
    size: int = -1
    writing: str = ""
    gone: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Every file of mine this may have left in the folder."""
        return tuple(filter(None, (self.file, self.writing, *self.gone)))


def sync(
    desk: Desk,
    folder: Path,
    progress: Progress | None = None,
    *,
    reached: Reached = unheeded,
    sleep: Sleep = time.sleep,
    now: Callable[[], float] = time.time,
) -> Mailbox:
    """Take in what lies in a mailbox folder, then leave for each member and my other desks what they lack.

    Twice in a row does nothing the second time. What is for others is left alone; no file of others is ever
    taken away. A bundle of mine is replaced when there is more to say or a desk has come or gone. What goes
    wrong with one file or one member is said and does not stop the others. What `reached` raises ends it:
    nothing is kept of the file that is being read.
    Raises Refused and StoreError when there is no folder that can be read, BundleError while there are two
    rolls.
    """
    if not folder.is_dir():
        raise Refused(
            "There is no such mailbox folder.", where=shown(folder), hint="Name a folder that exists."
        )
    require_one_roll(desk)
    visit = _Visit(desk, folder, progress or _unheard, reached, sleep, now)
    received = visit.receive()
    # What came in may have been the second of two rolls: then nothing goes out.
    sent, unsent = ((), ()) if roll_fork(desk) else visit.send()
    return Mailbox(sent, received, unsent)


def _unheard(what: str, done: int, of_all: int) -> None:
    pass


class _Visit:
    """One visit, from the first look to the last file."""

    def __init__(
        self,
        desk: Desk,
        folder: Path,
        progress: Progress,
        reached: Reached,
        sleep: Sleep,
        now: Callable[[], float],
    ) -> None:
        self._desk = desk
        self._folder = folder
        self._progress = progress
        self._reached = reached
        self._sleep = sleep
        self._now = now
        self._key = _KEY + shown(folder.resolve())
        self._left = self._remembered()
        self._stopped: RccError | None = None

    def _remembered(self) -> dict[str, _Left]:
        """What I left here, though the stick be plugged in elsewhere today."""
        if here := self._desk.meta(self._key):
            return _read(here)
        rows = self._desk.store.write.execute("SELECT value FROM meta WHERE key LIKE ?", (f"{_KEY}%",))
        for (value,) in rows.fetchall():
            found = _read(value)
            if any((self._folder / one.file).is_file() for one in found.values() if one.file):
                return found
        return {}

    def _remember(self, code: str, left: _Left | None) -> None:
        if left is None:
            self._left.pop(code, None)
        else:
            self._left[code] = left
        self._desk.set_meta(self._key, msgspec.json.encode(self._left).decode())

    # In

    def receive(self) -> tuple[FileResult, ...]:
        """Take in what is for this desk and new."""
        mine = {name for one in self._left.values() for name in one.names}
        files = [one for one in lying_in(self._folder) if one.path.name not in mine]
        results: list[FileResult] = []
        for number, lying in enumerate(files):
            self._progress(f"reading {shown(Path(lying.path.name))}", number, len(files))
            results.extend(self._receive(lying))
        have_traded(self._desk, results)
        return tuple(results)

    def _receive(self, lying: Lying) -> Iterator[FileResult]:
        path, desk = lying.path, self._desk
        try:
            start = read_file(path, MAX_HEADER, sleep=self._sleep)
            if is_sealed(start) and not is_sealed_to(start, desk.key):
                return
            raw = read_file(path, sleep=self._sleep)
            lying.require_still()
            if stored.receipt_known(desk.store.write, "in", sha256(raw).hexdigest()):
                return
            found = opened(path, raw, desk.key)
        except BundleError as error:
            yield _told(path, lying.judged(error, self._now()))
            return
        if found.manifest.is_for(desk.code):
            yield take_in_opened(desk, shown(path), lambda: found, reached=self._reached)

    # Out

    def send(self) -> tuple[tuple[Exported, ...], tuple[Unsent, ...]]:
        """Leave for each member what it lacks, unless what lies here already says the same."""
        try:
            members = readers(self._desk, current_roll(self._desk))
        except Refused as error:
            # What came in has come in, though this desk may not answer yet.
            return (), (Unsent("all", _reason(error), error.exit_code),)
        sent: list[Exported] = []
        unsent: list[Unsent] = []
        out = Outgoing(self._desk.store.write, self._desk.key, self._desk.rolls)
        for number, member in enumerate(members):
            self._progress(f"writing for {member.code}", number, len(members))
            try:
                sent.extend(self._send(out, member))
            except RccError as error:
                unsent.append(Unsent(member.code, _reason(error), error.exit_code))
                if _is_read_only(error):
                    self._stopped = error
        for code in self._left.keys() - {member.code for member in members}:
            self._take_away(code)
        self._progress("", len(members), len(members))
        return tuple(sent), tuple(unsent)

    def _send(self, out: Outgoing, member: Member) -> Iterator[Exported]:
        code = member.code
        before = self._tidied(code)
        owed = out.owed(member)
        if before.file and before.owed == owed and self._lies_whole(before):
            return
        if self._stopped is not None:
            # Nothing can be written here at all: not tried again for every member.
            raise self._stopped
        name = new_name()
        self._remember(code, msgspec.structs.replace(before, writing=name))
        try:
            written = out.write(member, self._folder, made_at(self._desk), name=name)
        except RccError:
            # Nothing lies there under that name, and what lay there before stays.
            self._remember(code, before)
            raise
        size = written.file.stat().st_size
        gone = tuple(filter(None, (before.file, *before.gone)))
        with self._desk.store.transaction():
            exported = noted(self._desk, written)
            self._remember(code, _Left(owed, name, size, "", gone))
        self._tidied(code)
        yield exported

    def _lies_whole(self, left: _Left) -> bool:
        path = self._folder / left.file
        return path.is_file() and path.stat().st_size == left.size

    def _tidied(self, code: str) -> _Left:
        """Take away what an earlier visit did not come to take away, or began to write and did not end."""
        left = self._left.get(code, _Left())
        if not left.writing and not left.gone:
            return left
        away = [name for name in (left.writing, *left.gone) if name and self._is_away(name)]
        rest = tuple(name for name in (left.writing, *left.gone) if name and name not in away)
        left = msgspec.structs.replace(left, writing="", gone=rest)
        self._remember(code, left)
        return left

    def _is_away(self, name: str) -> bool:
        """Whether a file of mine is gone. One that somebody holds open is tried again at the next visit."""
        path = self._folder / name
        try:
            path.with_suffix(UNFINISHED).unlink(missing_ok=True)
            path.unlink(missing_ok=True)
        except OSError:
            return False
        return True

    def _take_away(self, code: str) -> None:
        """A member that left, or has no desk any more, shall find nothing new."""
        left = self._left[code]
        rest = tuple(name for name in left.names if not self._is_away(name))
        self._remember(code, _Left(gone=rest) if rest else None)


def _read(value: str) -> dict[str, _Left]:
    return msgspec.json.decode(value, type=dict[str, _Left])


def _told(path: Path, error: BundleError) -> FileResult:
    if isinstance(error, StillComing):
        return FileResult(shown(path), "waiting", reason=error.message)
    return refused(shown(path), error)


def _reason(error: RccError) -> str:
    return " ".join(filter(None, (error.message, error.hint)))


def _is_read_only(error: RccError) -> bool:
    cause = error.__cause__
    return isinstance(error, StoreError) and isinstance(cause, OSError) and cause.errno in _NO_WRITING
