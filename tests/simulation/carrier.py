"""The carrier: it has every bundle in its hands, and no scruples."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from random import Random

from db.queries import sync as stored
from rcc_tui.services.desk import Desk
from rcc_tui.services.syncing import FileResult, export, take_in
from rcc_tui.sync.keys import SigningKey
from tests.simulation import tampering
from tests.simulation.tampering import Bundle, bundle_of
from tests.simulation.world import Belief, Broken, Machine, World


@dataclass(frozen=True, slots=True)
class Parcel:
    """A bundle on its way to a member, made at the true time `made`; `cut` names the logs an insider took
    the end of out of it."""

    maker: str
    key: bytes
    to: str
    bundle: Bundle
    made: int
    cut: frozenset[bytes] = frozenset()


@dataclass
class Carrier:
    """Holds what has been sent; what it does with it is drawn."""

    world: World
    folder: Path
    bag: list[Parcel] = field(default_factory=list)

    def send(self, machine: Machine, codes: Iterable[str]) -> list[Parcel]:
        """A desk writes bundles for members and hands them over. Returns them; the bag has them too."""
        sent: list[Parcel] = []
        wanted = list(codes)

        def op(desk: Desk) -> None:
            made = self.world.time.ms
            for one in export(desk, wanted, self.folder):
                bundle = bundle_of(Path(one.file).read_bytes(), self._keys_of(one.to))
                sent.append(Parcel(machine.name, machine.key, one.to, bundle, made))

        self.world.attempt(machine, "export", op)
        for stray in self.folder.glob("*.rccb"):
            stray.unlink()
        self.bag.extend(sent)
        return sent

    def spoilt_by_insider(self, parcel: Parcel, insider: SigningKey) -> Parcel:
        """The bundle as a member makes it that has an interest in what others do not hear."""
        draw, faults = self.world.random, self.world.faults
        if draw.randrange(2):
            faults["lie of an insider"] += 1
            return replace(parcel, bundle=tampering.with_a_lie(draw, parcel.bundle, insider))
        bundle, cut = tampering.without_tails(draw, parcel.bundle, insider)
        faults["tail withheld by an insider"] += len(cut)
        return replace(parcel, bundle=bundle, cut=cut)

    def _keys_of(self, code: str) -> list[SigningKey]:
        return [one.seat.desk for one in self.world.of(code)]

    def deliver(self) -> None:
        """Something of the bag reaches somebody, or does not, or not as it was."""
        world, draw = self.world, self.world.random
        if not self.bag:
            return
        parcel = self.bag.pop(draw.randrange(len(self.bag)))
        for machine in self._readers(parcel):
            ((_, fate),) = draw.choices(_FATES, [weight for weight, _ in _FATES])
            if fate is not None:
                world.faults[fate.__name__.strip("_")] += 1
                fate(self, parcel, machine)
            else:
                self.hand_over(parcel, machine)

    def _readers(self, parcel: Parcel) -> list[Machine]:
        """The machines at its address, all or one of them; at times a stranger's."""
        found = [one for one in self.world.of(parcel.to) if one.name != parcel.maker]
        draw = self.world.random
        if draw.randrange(40) == 0:
            self.world.faults["misdelivered"] += 1
            return [draw.choice(self.world.machines)]
        return found if len(found) < 2 or draw.randrange(2) else [draw.choice(found)]

    def hand_over(self, parcel: Parcel, machine: Machine) -> FileResult:
        """A machine takes a bundle in, as it is. A crash on the way is tried again, as people do."""
        result = self._taken(parcel.bundle.raw, machine)
        if result.result != "refused":
            _heard(self.world, parcel, machine)
        return result

    def _taken(self, raw: bytes, machine: Machine) -> FileResult:
        path = self.folder / "taken.rccb"
        path.write_bytes(raw)
        results: list[FileResult] = []

        def op(desk: Desk) -> None:
            results.extend(take_in(desk, [path]))

        while self.world.attempt(machine, "import", op) == "crashed":
            results.clear()
        (result,) = results
        self.world.trace(f"  {result.result} {result.new} {result.known} {result.parked}")
        if result.result == "refused" and self.world.told is not None:
            self.world.told(f"     {result.reason}")
        return result

    def hand_over_spoilt(self, raw: bytes, machine: Machine) -> None:
        """What must be refused whole and leave no trace."""
        before = _standing(machine)
        result = self._taken(raw, machine)
        if result.result != "refused" or _standing(machine) != before:
            raise Broken("a spoilt bundle changes nothing", f"{result.result} {result.reason}")


def _standing(machine: Machine) -> str:
    rows = [machine.sql(f"SELECT * FROM {table} ORDER BY 1, 2") for table in ("log", "peer_head", "receipt")]
    rows.append(machine.sql("SELECT hash, state FROM entry ORDER BY 1"))
    return sha256(repr(rows).encode()).hexdigest()


def _heard(world: World, parcel: Parcel, machine: Machine) -> None:
    """Note what the machine has now been told, and whether it knows what is kept from it.

    A revoked desk is not believed about what it holds.
    """
    before = machine.believed.get(parcel.key)
    seated = parcel.key in machine.desk.rolls.seated
    if seated and machine.code == parcel.to and (before is None or parcel.made >= before.made):
        machine.believed[parcel.key] = Belief(
            parcel.made, {head.log: head.seq for head in parcel.bundle.manifest.heads}
        )
    # Held is what is in line with its content: what was passed on without it is as good as kept back.
    _must_be_frozen(machine)
    held = dict(machine.sql("SELECT log, COALESCE(missing, connected) FROM log"))
    kept = {
        (maker, log)
        for maker, belief in machine.believed.items()
        for log, seq in belief.heads.items()
        if seq >= held.get(log, 0)
    }
    told = {(maker, log) for maker, log, _, _ in stored.withheld(machine.wire.raw)}
    world.withheld["kept back"] += len(kept)
    world.withheld["told"] += len(told)
    world.withheld["both"] += len(kept & told)
    world.withheld["cut off"] += len(parcel.cut & {log for _, log in kept})
    if kept != told and world.told is not None:
        for maker, log in sorted(kept ^ told):
            said = machine.believed[maker].heads.get(log) if maker in machine.believed else None
            noted = machine.sql("SELECT seq, at_ms FROM peer_head WHERE desk=? AND log=?", maker, log)
            world.told(
                f"     kept back of {log.hex()[:8]} by {maker.hex()[:8]}: said {said}, noted {noted},"
                f" held {held.get(log, 0)}"
            )


def _must_be_frozen(machine: Machine) -> None:
    """Who has heard two histories of one log counts neither, from that moment on."""
    for seq, cut in machine.sql(
        "SELECT t.seq, l.cut FROM log l JOIN (SELECT log, seq FROM entry WHERE state<>2"
        " GROUP BY log, seq HAVING COUNT(*)>1) t ON t.log=l.n"
    ):
        if cut is None or cut > seq:
            raise Broken("equivocations are found", f"{machine.name} heard two histories from {seq}: {cut}")


Fate = Callable[[Carrier, Parcel, Machine], None]


def _dropped(carrier: Carrier, parcel: Parcel, machine: Machine) -> None:
    pass


def _twice(carrier: Carrier, parcel: Parcel, machine: Machine) -> None:
    carrier.hand_over(parcel, machine)
    if carrier.hand_over(parcel, machine).new:
        raise Broken("a replay brings nothing new", f"{parcel.maker} to {machine.name}")


def _kept_for_later(carrier: Carrier, parcel: Parcel, machine: Machine) -> None:
    carrier.hand_over(parcel, machine)
    carrier.bag.append(parcel)


def _spoilt(how: Callable[[Random, Bundle], bytes]) -> Fate:
    def fate(carrier: Carrier, parcel: Parcel, machine: Machine) -> None:
        raw = how(carrier.world.random, parcel.bundle)
        if raw != parcel.bundle.raw:
            carrier.hand_over_spoilt(raw, machine)
        if carrier.world.random.randrange(2):
            carrier.bag.append(parcel)

    fate.__name__ = how.__name__
    return fate


_FATES: tuple[tuple[int, Fate | None], ...] = (
    (60, None),
    (8, _dropped),
    (5, _twice),
    (8, _kept_for_later),
    (4, _spoilt(tampering.flipped)),
    (3, _spoilt(tampering.truncated)),
    (3, _spoilt(tampering.swapped)),
    (3, _spoilt(tampering.repacked_by_stranger)),
    (2, _spoilt(tampering.left_open)),
    (2, _spoilt(tampering.cut_inside)),
)
