"""The region of a simulation: every member's machine with a real store, and what truly happened."""

from __future__ import annotations

import json
import shutil
import sqlite3
import traceback
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any, cast

import fixtures
from db.engine import open_store
from rcc_tui.domain.errors import RccError
from rcc_tui.services.desk import Desk
from rcc_tui.services.finder import attach
from rcc_tui.sync.roll import SignedRoll
from tests.region import Seat, roots
from tests.simulation.clocks import DeskClock, WorldTime
from tests.simulation.wire import Crash, Wire

# How far a desk's logs reach, noted beside its store.
HEADS = "desk.heads"
HUBS = ("HUB-N", "HUB-S")
AUTHORITIES = tuple(sorted(one.code for one in fixtures.authorities()))
ESCAPED = "only RccError escapes"
# One act in so many is cut short by a crash.
_CRASH_ONE_IN = 12
_MOST_STATEMENTS = 9.0


class Broken(Exception):
    """Something that must hold does not. `invariant` names it in a few words."""

    def __init__(self, invariant: str, what: str) -> None:
        super().__init__(invariant, what)
        self.invariant = invariant
        self.what = what

    def __str__(self) -> str:
        return f"{self.invariant}: {self.what}"


@dataclass(frozen=True, slots=True)
class Belief:
    """What a machine was last told, by true time, that a desk holds: last place by log."""

    made: int
    heads: Mapping[bytes, int]


@dataclass
class Machine:
    """One computer with one store. Two machines of one seat: the one is a clone of the other."""

    name: str
    seat: Seat
    folder: Path
    clock: DeskClock
    desk: Desk
    wire: Wire
    believed: dict[bytes, Belief] = field(default_factory=dict)
    lives: int = 0
    clone: bool = False
    clock_set: bool = False
    revoked: bool = False

    @property
    def code(self) -> str:
        """The member it belongs to."""
        return self.seat.code

    @property
    def key(self) -> bytes:
        """The public key it signs with."""
        return self.seat.desk.public

    def sql(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Rows of its store, read behind the program's back."""
        return list(self.wire.raw.execute(query, parameters).fetchall())

    def image(self, to: Path) -> None:
        """A copy of its files as the operating system has them at this moment."""
        to.mkdir()
        for file in sorted(self.folder.iterdir()):
            if file.is_file() and not file.name.endswith("-shm"):
                shutil.copyfile(file, to / file.name)

    def revive(self) -> None:
        """Start again after a crash, from what had been written until then."""
        self.lives += 1
        folder = self.folder.with_name(f"{self.name} {self.lives}")
        self.image(folder)
        self.close()
        shutil.rmtree(self.folder)
        self.folder = folder
        self.desk, self.wire = opened(folder, self.seat, self.clock)

    def close(self) -> None:
        """Let go of the files."""
        self.wire.dead = False
        self.wire.disarm()
        self.desk.close()


def opened(folder: Path, seat: Seat, clock: DeskClock) -> tuple[Desk, Wire]:
    """The desk of the store in a folder, behind a wire that can be cut; quick instead of safe from
    power cuts, which no test can tell."""
    store, _ = open_store(folder)
    wire = Wire(store.write)
    store.write = cast(sqlite3.Connection, wire)
    wire.execute("PRAGMA synchronous=OFF")
    desk = Desk(store, seat.desk, clock, heads=folder / HEADS)
    attach(desk)
    return desk, wire


@dataclass(frozen=True, slots=True)
class Ack:
    """An entry that a desk was told is safe."""

    log: bytes
    seq: int
    audience: str
    desk: bytes
    step: int


@dataclass
class World:
    """Everything there is, and the truth about it."""

    seed: int
    random: Random
    folder: Path
    blank: Path
    time: WorldTime
    rolls: list[SignedRoll]
    busy: tuple[str, ...]
    machines: list[Machine] = field(default_factory=list)
    acked: dict[bytes, Ack] = field(default_factory=dict)
    # Of every entry about a record that two desks may edit: what its desk held of that record.
    knew: dict[bytes, frozenset[bytes]] = field(default_factory=dict)
    # What was on a disk that an old backup has taken the place of; what of it is nowhere else any more.
    off_disk: set[bytes] = field(default_factory=set)
    lost: set[bytes] = field(default_factory=set)
    faults: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    tokens: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    erased: dict[str, bytes] = field(default_factory=dict)
    withheld: Counter[str] = field(default_factory=Counter)
    forks: Counter[str] = field(default_factory=Counter)
    step: int = 0
    calm: bool = False
    told: Callable[[str], None] | None = None
    _trace: Any = field(default_factory=sha256)

    def trace(self, line: str) -> None:
        """Note what happened: the history has one hash."""
        self._trace.update(line.encode() + b"\n")
        if self.told is not None:
            self.told(f"{self.step:4} {line}")

    @property
    def hash(self) -> str:
        """The hash of all that has happened so far."""
        return str(self._trace.hexdigest())

    def token(self) -> str:
        """A word that stands nowhere else."""
        return f"zq{len(self.tokens):04}x{self.random.getrandbits(40):010x}"

    def machine(self, seat: Seat, off_days: int = 0) -> Machine:
        """A new machine with an empty store that has adopted every roll there is."""
        name = f"{seat.code}.{seat.name[-1]}"
        folder = self.folder / name
        shutil.copytree(self.blank, folder)
        clock = DeskClock(time=self.time, off_days=off_days)
        store, _ = open_store(folder)
        with store.transaction() as write:
            write.executemany(
                "INSERT INTO meta VALUES (?, ?)",
                (
                    ("code", seat.code),
                    ("desk_name", seat.name),
                    ("desk", seat.desk.public.hex()),
                    ("roots", json.dumps([root.public.hex() for root in roots()])),
                ),
            )
        store.close()
        desk, wire = opened(folder, seat, clock)
        for one in self.rolls:
            desk.adopt_roll(one)
        made = Machine(name, seat, folder, clock, desk, wire)
        self.machines.append(made)
        return made

    def of(self, code: str) -> list[Machine]:
        """The machines of a member."""
        return [one for one in self.machines if one.code == code]

    def attempt(self, machine: Machine, what: str, op: Callable[[Desk], object]) -> str:
        """Let a desk do something. Returns done, refused or crashed; only RccError may come out of it."""
        self.time.pass_by(self.random.randrange(1_000, 3_600_000))
        ((before, held),) = machine.sql("SELECT COALESCE(MAX(n), 0), COUNT(*) FROM entry")
        if not self.calm and self.random.randrange(_CRASH_ONE_IN) == 0:
            machine.wire.arm(int(2 ** self.random.uniform(0, _MOST_STATEMENTS)) - 1)
        why = ""
        try:
            op(machine.desk)
            outcome = "done"
        except Crash:
            machine.revive()
            outcome = "crashed"
            self.faults["crash"] += 1
            ((after,),) = machine.sql("SELECT COUNT(*) FROM entry")
            if after < held:
                raise Broken("acknowledged is kept", f"{machine.name} lost entries in a crash") from None
        except RccError as error:
            outcome, why = "refused", f" ({error.message})"
        except Broken:
            raise
        except Exception as error:
            at = "".join(traceback.format_exception(error)[-3:])
            raise Broken(ESCAPED, f"{what} at {machine.name}: {error!r}\n{at}") from error
        machine.wire.disarm()
        if what != "import":
            self._note_what_was_known(machine, before)
        if outcome != "crashed":
            self._acknowledge(machine, before)
        self.outcomes[f"{what} {outcome}"] += 1
        if self.told is None:
            why = ""
        self.trace(f"{machine.name} {what} {outcome}")
        if why and self.told is not None:
            self.told(f"     {why}")
        return outcome

    def _note_what_was_known(self, machine: Machine, before: int) -> None:
        """Of what was just signed there, even if a crash kept that from being said."""
        for n, digest, record in machine.sql(
            "SELECT e.n, e.hash, e.record FROM entry e JOIN log l ON l.n=e.log"
            " WHERE l.desk=? AND e.n>? AND e.kind IN ('request', 'setting')",
            machine.key,
            before,
        ):
            held = machine.sql(
                "SELECT e.hash FROM entry e JOIN log l ON l.n=e.log WHERE e.record=? AND e.n<? AND e.state=0"
                " AND e.seq<COALESCE(l.cut, l.connected) AND e.seq<COALESCE(l.missing, l.connected)",
                record,
                n,
            )
            self.knew[digest] = frozenset(one for (one,) in held)

    def _acknowledge(self, machine: Machine, before: int) -> None:
        for digest, log, seq, audience in machine.sql(
            "SELECT e.hash, l.log, e.seq, l.audience FROM entry e JOIN log l ON l.n=e.log"
            " WHERE l.desk=? AND e.n>? ORDER BY e.n",
            machine.key,
            before,
        ):
            self.acked.setdefault(digest, Ack(log, seq, audience, machine.key, self.step))
            self.trace(f"  entry {digest.hex()[:16]} {audience}")

    def pick(self, machine: Machine, query: str, *parameters: object, of: int | None = None) -> str:
        """The id of one record by a query, one of the first `of`; empty when it finds none."""
        found = sorted(row[0] for row in machine.sql(query, *parameters))[:of]
        return str(self.random.choice(found)) if found else ""

    def note_lost(self) -> int:
        """What is gone with a disk and held by nobody but desks no one hears any more. How many are new."""
        before = len(self.lost)
        left = [one for one in self.machines if not one.revoked]
        held = {digest for one in left for (digest,) in one.sql("SELECT hash FROM entry")}
        self.lost |= self.off_disk - held
        return len(self.lost) - before

    def close(self) -> None:
        """Close every store."""
        for machine in self.machines:
            machine.close()


def seats_of(machines: Sequence[Machine]) -> dict[bytes, Machine]:
    """The machines that are no clones, by key."""
    return {one.key: one for one in machines if not one.clone}
