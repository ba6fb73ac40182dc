"""What befalls machines: cloned disks, old backups put back, clocks put right or wrong."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from rcc_tui.services.backup import reopen
from tests.simulation.world import HEADS, Belief, Machine, World, opened

WRONG_YEARS = (-7300, -400, 400, 7300)
WRONG_DAYS = (*WRONG_YEARS, -30, -1, 1, 30)


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy of a machine's files made some time ago, and what it had been told by then."""

    machine: str
    folder: Path
    believed: dict[bytes, Belief]


@dataclass
class Misfortune:
    """Draws what goes wrong at machines, and lets it."""

    world: World
    backups: list[Backup] = field(default_factory=list)
    _made: int = 0

    def strike(self, machine: Machine) -> None:
        """One misfortune, or the making of a backup that may lead to one."""
        draw = self.world.random
        ((_, what),) = draw.choices(_STROKES, [weight for weight, _ in _STROKES])
        what(self, machine)

    def back_up(self, machine: Machine) -> None:
        """Keep a copy of a machine's files."""
        self._made += 1
        folder = self.world.folder / f"backup {self._made}"
        machine.image(folder)
        self.backups.append(Backup(machine.name, folder, dict(machine.believed)))
        self.world.trace(f"{machine.name} backed up")

    def restore(self, machine: Machine) -> None:
        """The disk is gone and an old backup is put back: what only this disk held is lost with it.

        The note of how far its logs reach lies outside the store, where no backup of it reaches. At times it
        is lost as well, but only while the clock runs on: else others would go on believing what was said
        under the clock that was ahead, and nothing that is left could tell the desk.
        """
        mine = [one for one in self.backups if one.machine == machine.name]
        if not mine:
            return
        world = self.world
        backup = world.random.choice(mine)
        world.faults["restored"] += 1
        before = {digest for (digest,) in machine.sql("SELECT hash FROM entry")}
        machine.lives += 1
        machine.close()
        folder = machine.folder.with_name(f"{machine.name} {machine.lives}")
        shutil.copytree(backup.folder, folder)
        (folder / HEADS).unlink(missing_ok=True)
        if (machine.folder / HEADS).exists() and (world.random.randrange(4) or machine.clock_set):
            shutil.copyfile(machine.folder / HEADS, folder / HEADS)
        shutil.rmtree(machine.folder)
        machine.folder = folder
        machine.desk, machine.wire = opened(machine.folder, machine.seat, machine.clock)
        machine.believed = dict(backup.believed)
        world.off_disk |= before
        world.trace(f"{machine.name} restored, {world.note_lost()} lost")

    def clone(self, machine: Machine) -> Machine | None:
        """A second machine with a copy of the disk, which is returned: both go on, neither knows.

        Only where there is another desk: an authority's own acts travel between its desks, of which a
        second machine with the same key is none. And only while its clock runs on: of two machines with one
        key it is their clocks that tell whose word is newer.
        """
        world = self.world
        seats = {one.key for one in world.of(machine.code)}
        if (
            machine.clone
            or machine.clock_set
            or len(seats) < 2
            or any(one.clone for one in world.of(machine.code))
        ):
            return None
        world.faults["cloned"] += 1
        name = f"{machine.name}c"
        folder = world.folder / name
        machine.image(folder)
        desk, wire = opened(folder, machine.seat, machine.clock)
        made = Machine(
            name, machine.seat, folder, machine.clock, desk, wire, clone=True, revoked=machine.revoked
        )
        made.believed = dict(machine.believed)
        world.machines.append(made)
        world.trace(f"{machine.name} cloned")
        return made

    def set_clock(self, machine: Machine) -> None:
        """A clock is put right, or wrong."""
        if sum(one.key == machine.key for one in self.world.machines) > 1:
            return
        off = self.world.random.choice(WRONG_DAYS) if machine.clock.off_days == 0 else 0
        machine.clock_set = True
        machine.clock = replace(machine.clock, off_days=off)
        machine.desk.clock = machine.clock
        self.world.faults["clock set"] += 1
        self.world.trace(f"{machine.name} clock {off}")


def sign_again(world: World, machine: Machine) -> None:
    """Let a restored desk sign again: it never continues its old logs."""
    world.attempt(machine, "reopen", reopen)


_STROKES: tuple[tuple[int, Callable[[Misfortune, Machine], object]], ...] = (
    (6, Misfortune.back_up),
    (3, Misfortune.restore),
    (2, Misfortune.clone),
    (3, Misfortune.set_clock),
)
