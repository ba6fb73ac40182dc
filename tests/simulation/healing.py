"""Everything heals: no more crashes, an honest carrier, and exchange until nobody hears anything new."""

from __future__ import annotations

from collections.abc import Collection

from tests.simulation.carrier import Carrier
from tests.simulation.law import Law
from tests.simulation.world import HUBS, Broken, Machine, World

_MOST_ROUNDS = 12


def heal(world: World, carrier: Carrier) -> int:
    """Returns in how many rounds all was quiet. Raises Broken when it never is."""
    world.calm = True
    late, carrier.bag = carrier.bag, []
    world.random.shuffle(late)
    for parcel in late[: len(late) // 2]:
        for machine in world.of(parcel.to):
            if machine.name != parcel.maker:
                carrier.hand_over(parcel, machine)
    post = _post(world)
    for number in range(1, _MOST_ROUNDS + 1):
        if not _round(world, carrier, post):
            return number
    raise Broken("everything heals", f"there is still something new after {_MOST_ROUNDS} rounds")


def meet(world: World, carrier: Carrier, law: Law) -> None:
    """Once in the middle all who are busy hear each other and settle what that brought to light."""
    world.calm = True
    idle = {one.code for one in world.machines} - {*world.busy, *HUBS}
    _round(world, carrier, _post(world), idle)
    world.calm = False
    for machine in list(world.machines):
        law.uphold(machine)


def _post(world: World) -> Machine:
    """The hub that all bundles go through."""
    return next(one for one in world.machines if one.code == HUBS[world.seed % 2])


def _round(world: World, carrier: Carrier, post: Machine, idle: Collection[str] = ()) -> int:
    """Everybody but the idle tells the hub and their own other desks, then hears from it. How many new
    entries came."""
    others = [one for one in world.machines if one is not post and one.code not in idle]
    new = sum(_tell(carrier, machine, post) for machine in others)
    for machine in others:
        if any(one.key == machine.key for one in others if one is not machine):
            # The hub goes by what this desk's key said last; where two machines have one key, ask anew.
            new += _tell(carrier, machine, post)
        new += _tell(carrier, post, machine)
        for other in world.of(machine.code):
            if other.key != machine.key:
                new += _tell(carrier, other, machine) + _tell(carrier, machine, other)
    return new


def _tell(carrier: Carrier, sender: Machine, reader: Machine) -> int:
    """How much is new to the reader: entries, and whether the roll is."""
    if reader.key not in sender.desk.rolls.seated:
        return 0
    rolls = len(reader.desk.rolls.signed)
    (parcel,) = carrier.send(sender, [reader.code])
    carrier.bag.remove(parcel)
    result = carrier.hand_over(parcel, reader)
    if result.result == "refused":
        raise Broken("an honest bundle is taken in", f"{sender.name} to {reader.name}: {result.reason}")
    return result.new + len(reader.desk.rolls.signed) - rolls
