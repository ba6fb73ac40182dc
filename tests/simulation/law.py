"""What the region decides: desks revoked by a new roll, logs upheld past their cuts, records erased."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec

from rcc_tui.acts import names
from rcc_tui.acts.canonical import encode
from rcc_tui.services import erasing, standing
from rcc_tui.services.desk import Desk
from rcc_tui.sync.roll import Cut, Member, Roll, SignedRoll, read_roll, roll_hash, sign_roll
from tests.region import THRESHOLD, Seat, member_of, roots, seat
from tests.simulation.world import HUBS, Machine, World


@dataclass
class Law:
    """Keeps the roll of the region and does what only members together can do."""

    world: World
    seats: dict[str, list[Seat]]

    def act(self, machine: Machine) -> None:
        """One decision, drawn."""
        ((_, what),) = self.world.random.choices(_ACTS, [weight for weight, _ in _ACTS])
        what(self, machine)

    def revoke(self, machine: Machine) -> None:
        """A desk's key is stolen or its laptop lost: the next roll leaves it out and cuts its logs where
        the hub and its own authority know them; a new desk takes its place."""
        world = self.world
        if machine.code in HUBS or len(self.seats[machine.code]) < 2 or machine.revoked:
            return
        witnesses = [one for one in world.machines if one.key != machine.key and not one.revoked]
        cuts = _cuts(machine.key, [one for one in witnesses if one.code in (machine.code, HUBS[0])])
        fresh = seat(machine.code, 1 + max(int(one.name[-1]) for one in self.seats[machine.code]))
        left = [one for one in self.seats[machine.code] if one.desk.public != machine.key]
        self.seats[machine.code] = [*left, fresh]
        self._publish(member_of(machine.code, self.seats[machine.code]), cuts)
        world.faults["revoked"] += 1
        for one in world.machines:
            if one.key == machine.key:
                one.revoked = True
        world.note_lost()
        for hub in HUBS:
            for one in world.of(hub):
                world.attempt(one, "adopt_roll", lambda desk: desk.adopt_roll(world.rolls[-1]))
        world.machine(fresh)

    def _publish(self, changed: Member, cuts: Sequence[Cut]) -> None:
        before = self.world.rolls[-1]
        old = read_roll(before.document)
        members = tuple(
            msgspec.structs.replace(changed, host=one.host) if one.code == changed.code else one
            for one in old.members
        )
        named = {cut.log for cut in old.cuts}
        roll = msgspec.structs.replace(
            old,
            version=old.version + 1,
            prev=roll_hash(before.document),
            members=members,
            cuts=(*old.cuts, *(cut for cut in cuts if cut.log not in named)),
        )
        self.world.rolls.append(_signed(roll))
        self.world.trace(f"roll {roll.version}, {len(roll.cuts)} cuts")

    def uphold(self, machine: Machine) -> None:
        """Take a cut log up again; of several ways it might go on rather one that somebody else upheld."""
        world = self.world
        may = [
            (view, ending)
            for view in standing.logs(machine.desk, amiss=True)
            if view.code == machine.code or (machine.code in HUBS and names.scope(view.audience) != "own")
            for ending in view.endings
            if machine.code not in ending.upheld_by
        ]
        if not may:
            return
        log, ending = world.random.choice([one for one in may if one[1].upheld_by] or may)
        done = world.attempt(machine, "uphold", lambda desk: standing.uphold(desk, log.log, ending.entry))
        world.faults["upheld"] += done == "done"

    def erase(self, machine: Machine) -> None:
        """Erase a record of my authority's, whoever has heard of it by now."""
        world = self.world
        mine = sorted(token for token, (code, _, _) in world.tokens.items() if code == machine.code)
        if not mine:
            return
        _, _, record = world.tokens[world.random.choice(mine)]
        taken: list[str] = []

        def op(desk: Desk) -> None:
            taken.extend(one.record for one in erasing.erase(desk, record, "the file was closed"))

        world.attempt(machine, "erase", op)
        for token, (_, _, about) in sorted(world.tokens.items()):
            if about in taken:
                ((entry,),) = machine.sql("SELECT MIN(entry) FROM erasure WHERE target=?", about)
                world.erased.setdefault(token, bytes.fromhex(entry))
                world.faults["erased"] += 1


def _cuts(key: bytes, witnesses: Sequence[Machine]) -> list[Cut]:
    """The furthest that any witness holds and counts of each log of a desk; none where two differ."""
    found: dict[bytes, dict[int, set[bytes]]] = {}
    for one in witnesses:
        for log, seq, digest in one.sql(
            "SELECT l.log, e.seq, e.hash FROM log l JOIN entry e ON e.log=l.n"
            " WHERE l.desk=? AND e.state<>2 AND e.seq=MIN(l.connected, COALESCE(l.cut, l.connected))-1",
            key,
        ):
            found.setdefault(log, {}).setdefault(seq, set()).add(digest)
    return [
        Cut(log, max(places), min(places[max(places)]))
        for log, places in sorted(found.items())
        if len(places[max(places)]) == 1
    ]


def _signed(roll: Roll) -> SignedRoll:
    document = encode(roll)
    return SignedRoll(document, encode([sign_roll(document, key) for key in roots()[:THRESHOLD]]))


_ACTS: tuple[tuple[int, Callable[[Law, Machine], None]], ...] = (
    (1, Law.revoke),
    (4, Law.uphold),
    (5, Law.erase),
)
