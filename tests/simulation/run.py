"""One seed from the first day to the last check."""

from __future__ import annotations

import os
import shutil
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from db.engine import create
from tests.region import member_of, seat, signed_roll
from tests.simulation.carrier import Carrier
from tests.simulation.chance import seeded
from tests.simulation.clocks import WorldTime
from tests.simulation.desk_acts import ask, do_something, offer
from tests.simulation.faults import WRONG_DAYS, WRONG_YEARS, Misfortune, sign_again
from tests.simulation.healing import heal, meet
from tests.simulation.invariants import check_all
from tests.simulation.law import Law
from tests.simulation.registers import check_registers
from tests.simulation.world import AUTHORITIES, ESCAPED, HUBS, Broken, Machine, World

STEPS = 300
_BUSY = 4
_TWO_DESKS = 2


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a seed went. `broken` is empty when everything held; `hash` is the whole history's."""

    seed: int
    steps: int
    hash: str
    broken: tuple[Broken, ...]
    faults: Counter[str]
    outcomes: Counter[str]
    withheld: Counter[str]
    forks: Counter[str]


def shared_memory() -> Path:
    """Where stores are made: in memory where the system offers it, for they live for seconds."""
    memory = Path("/dev/shm")
    return memory if os.access(memory, os.W_OK) else Path(tempfile.gettempdir())


@cache
def blank_store() -> Path:
    """An empty store, made once and copied for every machine; child processes copy their parent's."""
    folder = Path(tempfile.mkdtemp(prefix="rcc-blank-", dir=shared_memory()))
    create(folder).close()
    return folder


def discard_blank() -> None:
    """Take the empty store away."""
    if blank_store.cache_info().currsize:
        shutil.rmtree(blank_store())
        blank_store.cache_clear()


def simulate(
    seed: int, steps: int = STEPS, told: Callable[[str], None] | None = None, blank: Path | None = None
) -> Outcome:
    """Live through one seed. `told` hears every line of it; `blank` is an empty store to copy from."""
    blank = blank or blank_store()
    folder = Path(tempfile.mkdtemp(prefix=f"rcc-sim-{seed}-", dir=shared_memory()))
    try:
        with seeded(seed) as random:
            world = World(seed, random, folder, blank, WorldTime(), rolls=[], busy=())
            world.told = told
            try:
                return _live(world, steps)
            finally:
                world.close()
    finally:
        shutil.rmtree(folder)


def _live(world: World, steps: int) -> Outcome:
    broken: list[Broken] = []
    try:
        carrier, law = _found(world)
        misfortune = Misfortune(world)
        parts = world.random.randrange(steps // 6, steps) if world.random.randrange(4) else 0
        for number in range(1, steps + 1):
            world.step = number
            _step(world, carrier, misfortune, law)
            if number == parts:
                _two_histories(world, misfortune)
            if number == steps * 2 // 3:
                meet(world, carrier, law)
        world.outcomes["rounds"] = heal(world, carrier)
        broken = [*check_all(world), *check_registers(world)]
    except Broken as problem:
        broken = [problem]
    except Exception as error:
        broken = [Broken(ESCAPED, "".join(traceback.format_exception(error)[-4:]))]
    return Outcome(
        world.seed,
        world.step,
        world.hash,
        tuple(broken),
        world.faults,
        world.outcomes,
        world.withheld,
        world.forks,
    )


def _found(world: World) -> tuple[Carrier, Law]:
    """Nineteen authorities, some of them busy and of these two with two desks; two hubs; wrong clocks."""
    draw = world.random
    world.busy = tuple(sorted(draw.sample(AUTHORITIES, _BUSY)))
    codes = (*AUTHORITIES, *HUBS)
    twice = world.busy[:_TWO_DESKS]
    # Of two desks that edit the same records one is years wrong.
    astray = {code: draw.randrange(2) for code in twice}
    seats = {code: [seat(code, number) for number in range(1, 3 if code in twice else 2)] for code in codes}
    host = world.busy[-1]
    world.rolls = [signed_roll([member_of(code, of_it, host=code == host) for code, of_it in seats.items()])]
    for code in codes:
        for number, one in enumerate(seats[code]):
            off = draw.choice(WRONG_DAYS) if draw.randrange(4) == 0 else 0
            if code in twice and number == astray[code]:
                off = draw.choice(WRONG_YEARS)
            world.machine(one, off)
            world.faults["clock wrong"] += off != 0
    folder = world.folder / "carrier"
    folder.mkdir()
    return Carrier(world, folder), Law(world, seats)


def _step(world: World, carrier: Carrier, misfortune: Misfortune, law: Law) -> None:
    draw = world.random
    busy = [one for one in world.machines if one.code in world.busy or one.code in HUBS]
    machine = draw.choice(busy)
    kind = draw.randrange(100)
    if kind < 52:
        if machine.desk.behind and draw.randrange(2):
            sign_again(world, machine)
        elif machine.code in world.busy:
            do_something(world, machine)
    elif kind < 68:
        _send(world, carrier, machine)
    elif kind < 92:
        for _ in range(draw.randrange(1, 6)):
            carrier.deliver()
    elif kind < 95:
        law.act(machine)
    else:
        misfortune.strike(machine)


def _two_histories(world: World, misfortune: Misfortune) -> None:
    """A disk is copied, and both machines go on at once, each not knowing of the other."""
    machine = world.random.choice([one for one in world.machines if one.code in world.busy[:_TWO_DESKS]])
    clone = misfortune.clone(machine)
    for one in (machine, clone) if clone else ():
        for what in (ask, offer):
            op = what(world, one)
            assert op is not None
            world.attempt(one, what.__name__, op)


def _send(world: World, carrier: Carrier, machine: Machine) -> None:
    draw = world.random
    everybody = [code for code in (*world.busy, *HUBS) if code != machine.code]
    codes = set(draw.sample(everybody, draw.randrange(1, len(everybody))))
    if len(world.of(machine.code)) > 1 and draw.randrange(2):
        codes.add(machine.code)
    sent = carrier.send(machine, sorted(codes))
    if machine.code not in HUBS or draw.randrange(2):
        return
    for parcel in sent:
        carrier.bag.remove(parcel)
        carrier.bag.append(carrier.spoilt_by_insider(parcel, machine.seat.desk))
