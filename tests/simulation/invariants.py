"""What must hold when everything has healed."""

from __future__ import annotations

from collections.abc import Mapping

from db import folded
from rcc_tui.acts import names
from rcc_tui.acts.kinds import KINDS
from rcc_tui.acts.terms import terms_hash
from rcc_tui.acts.trades import Accept, Propose
from rcc_tui.services import ledger, standing
from rcc_tui.services.syncing import check
from rcc_tui.sync.entry import HEADER_TYPE, read_header
from rcc_tui.sync.keys import verify
from rcc_tui.sync.roll import read_roll
from tests.simulation.clocks import DeskClock
from tests.simulation.world import Ack, Broken, Machine, World

_END = 2**62


def check_all(world: World) -> list[Broken]:
    """What does not hold: of each rule the first case."""
    broken: list[Broken] = []
    for rule in (
        _equal_digests,
        _forks_are_found,
        _all_is_present,
        _nothing_waits_in_vain,
        _rebuilt_is_live,
        _stores_are_sound,
        _two_signatures,
        _places_or_overbooked,
        _ledger_adds_up,
        _erased_is_gone,
        _withheld_is_told,
    ):
        try:
            rule(world)
        except Broken as problem:
            broken.append(problem)
    return broken


def _entitled(world: World, audience: str) -> list[Machine]:
    return [
        one for one in world.machines if not one.revoked and names.may_read(audience, one.code, one.desk.role)
    ]


def _audiences(world: World) -> list[str]:
    return sorted({audience for one in world.machines for audience in folded.audiences(one.wire.raw)})


def _equal_digests(world: World) -> None:
    for audience in _audiences(world):
        found = {one.name: one.desk.digest(audience) for one in _entitled(world, audience)}
        world.trace(f"digest {audience} {sorted(set(found.values()))}")
        if len(set(found.values())) > 1:
            raise Broken("equal digests", f"{audience}: {_groups(found)}")


def _groups(found: dict[str, str]) -> str:
    groups: dict[str, list[str]] = {}
    for name, value in found.items():
        groups.setdefault(value[:8], []).append(name)
    return " | ".join(f"{value} {' '.join(names_)}" for value, names_ in groups.items())


def forks_of(world: World) -> dict[bytes, tuple[int, str]]:
    """The first place of every log in which there are two entries anywhere but at desks that were revoked:
    nobody hears those any more."""
    places: dict[tuple[bytes, int], set[bytes]] = {}
    audience: dict[bytes, str] = {}
    for one in (one for one in world.machines if not one.revoked):
        for log, told, seq, digest in one.sql(
            "SELECT l.log, l.audience, e.seq, e.hash FROM entry e JOIN log l ON l.n=e.log WHERE e.state<>2"
        ):
            places.setdefault((log, seq), set()).add(digest)
            audience[log] = told
    forks: dict[bytes, tuple[int, str]] = {}
    for (log, seq), hashes in places.items():
        if len(hashes) > 1:
            forks[log] = (min(seq, forks.get(log, (seq, ""))[0]), audience[log])
    return forks


def _forks_are_found(world: World) -> None:
    forks = forks_of(world)
    world.forks["to be found"] += sum(len(_entitled(world, audience)) for _, audience in forks.values())
    for log, (seq, audience) in forks.items():
        for one in _entitled(world, audience):
            ((cut, why),) = one.sql("SELECT cut, cut_why FROM log WHERE log=?", log) or [(None, "")]
            world.forks["found"] += cut is not None and cut <= seq
            if cut is None or cut > seq:
                raise Broken(
                    "equivocations are found", f"{one.name} does not cut {audience} at {seq}: {cut} {why}"
                )
    world.faults["equivocation"] += len(forks)
    for one in (one for one in world.machines if not one.revoked):
        _is_shown(one, forks)
        for log, cut in one.sql("SELECT log, cut FROM log WHERE cut_why='fork'"):
            world.forks["found wrongly"] += log not in forks
            if log not in forks:
                raise Broken("equivocations are found", f"{one.name} cuts at {cut} a log that has not forked")


def _is_shown(one: Machine, forks: Mapping[bytes, tuple[int, str]]) -> None:
    """People see it: the log among those amiss, the desk among those whose key is in two places."""
    amiss = {view.log for view in standing.logs(one.desk, amiss=True)}
    proven = {proof.log for proof in standing.forked(one.desk)}
    for log, (_, audience) in forks.items():
        if names.may_read(audience, one.code, one.desk.role) and log.hex() not in amiss & proven:
            raise Broken("equivocations are shown", f"{one.name} says nothing of {audience}")


def _all_is_present(world: World) -> None:
    """Every act that a desk was told is safe, but for those on a fork and those lost with every disk."""
    forks = forks_of(world)
    held = {one.name: {h for (h,) in one.sql("SELECT hash FROM entry")} for one in world.machines}
    heard = [one for one in world.machines if not one.revoked]
    linked = {h for one in heard for (h,) in one.sql("SELECT hash FROM entry WHERE state<>2")}
    gaps: dict[bytes, int] = {}
    # Lost is also what a desk that was revoked since has signed and nobody else got.
    unheard = {one.key for one in world.machines if one.revoked}
    kept_to_itself = {digest for digest, ack in world.acked.items() if ack.desk in unheard}
    for digest in (world.lost | kept_to_itself) - linked:
        if (gone := world.acked.get(digest)) is not None:
            gaps[gone.log] = min(gone.seq, gaps.get(gone.log, gone.seq))
    for digest, ack in world.acked.items():
        ends = min(forks.get(ack.log, (_END, ""))[0], gaps.get(ack.log, _END))
        for one in _entitled(world, ack.audience) if ack.seq < ends else ():
            if digest not in held[one.name]:
                raise Broken(
                    "what was acknowledged is present",
                    f"{digest.hex()[:16]} of step {ack.step} for {ack.audience} is not at {one.name}",
                )


def _nothing_waits_in_vain(world: World) -> None:
    """What still waits waits for something that was lost with a disk."""
    left = [one for one in world.machines if not one.revoked]
    anywhere = {h for one in left for (h,) in one.sql("SELECT hash FROM entry WHERE state<>2")}
    for one in left:
        stuck = dict(one.sql("SELECT n, hash FROM entry WHERE state<>0"))
        waiting: dict[int, set[bytes]] = {}
        for dep, entry in one.sql("SELECT dep, entry FROM waiting"):
            waiting.setdefault(entry, set()).add(dep)
        for entry, deps in waiting.items():
            if deps <= anywhere - set(stuck.values()):
                raise Broken(
                    "nothing waits in vain", f"{one.name}: {stuck[entry].hex()[:16]} waits for what is here"
                )


def _rebuilt_is_live(world: World) -> None:
    for one in world.machines:
        for audience, (before, after) in one.desk.rebuild().items():
            if before != after:
                raise Broken("rebuilt is live", f"{audience} at {one.name}")


def _stores_are_sound(world: World) -> None:
    for one in world.machines:
        found = check(one.desk)
        if not found.ok:
            raise Broken("stores are sound", f"{one.name}: {found.problems[0]}")


def _two_signatures(world: World) -> None:
    """Told from the raw entries, by nothing of the program but the form of entries and acts."""
    for one in world.machines:
        for record, proposal, acceptance, hashed, buyer, seller in one.sql(
            "SELECT record, proposal, acceptance, terms_hash, buyer, seller FROM trade"
            " WHERE state IN ('agreed', 'started', 'ended')"
        ):
            signers = set()
            for digest in (proposal, acceptance):
                found = one.sql(
                    "SELECT e.header, e.signature, e.payload, l.desk, e.record FROM entry e"
                    " JOIN log l ON l.n=e.log WHERE e.hash=? AND e.state=0",
                    bytes.fromhex(digest),
                )
                if not found:
                    raise Broken("two signatures", f"trade {record[:8]} at {one.name} rests on nothing")
                ((header, signature, payload, desk, about),) = found
                act = KINDS["trade"].decode(payload)
                signed = (
                    terms_hash(act.terms)
                    if isinstance(act, Propose)
                    else act.terms_hash
                    if isinstance(act, Accept)
                    else ""
                )
                author = one.desk.rolls.authors.get(desk)
                good = verify(desk, HEADER_TYPE, header, signature) and about.hex() == record
                if author is None or not good or signed != hashed or read_header(header).kind != "trade":
                    raise Broken("two signatures", f"trade {record[:8]} at {one.name}: {type(act).__name__}")
                signers.add(author.code)
            if signers != {buyer, seller}:
                raise Broken("two signatures", f"trade {record[:8]} at {one.name} is signed by {signers}")


def _places_or_overbooked(world: World) -> None:
    for one in world.machines:
        for record, accepting, taken, overbooked in one.sql(
            "SELECT record, accepting, taken, overbooked FROM vacancy"
        ):
            if taken > accepting and not overbooked:
                raise Broken("places or OVERBOOKED", f"{record[:8]} at {one.name}: {taken} of {accepting}")
        for record, given, accepting in one.sql(
            "SELECT v.record, SUM(t.places), v.accepting FROM vacancy v JOIN take t ON t.record=v.record"
            " WHERE NOT t.given_back AND NOT v.overbooked GROUP BY v.record"
        ):
            if given > accepting and not _restated(one, record):
                raise Broken("places or OVERBOOKED", f"{record[:8]} at {one.name}: {given} of {accepting}")


def _restated(one: Machine, record: str) -> bool:
    """Whether the number of places was stated again after the opening: then takes known are in it."""
    return any(
        b'"accepting"' in payload and b'"edit"' in payload
        for (payload,) in one.sql("SELECT payload FROM entry WHERE record=?", bytes.fromhex(record))
    )


def _ledger_adds_up(world: World) -> None:
    """What the one is to pay by its own ledger is what the other is to get by its own; so too at the hubs."""
    books: dict[tuple[str, str], dict[str, int]] = {}
    for one in world.machines:
        if one.revoked:
            continue
        one.desk.clock = DeskClock(time=world.time)
        for posting in ledger.ledger(one.desk):
            pair = books.setdefault((posting.buyer, posting.seller), {})
            pair[one.name] = pair.get(one.name, 0) + posting.pence
        one.desk.clock = one.clock
    world.outcomes["pence in the books"] += sum(max(book.values()) for book in books.values())
    for (buyer, seller), book in books.items():
        who = [one.name for one in _entitled(world, names.pair(buyer, seller))]
        sums = {book.get(name, 0) for name in who}
        if len(sums) > 1 or set(book) - set(who):
            raise Broken("the ledger adds up", f"{buyer} to {seller}: {book}")


def _void(world: World, forks: Mapping[bytes, tuple[int, str]], ack: Ack) -> bool:
    """Whether an act counts for nothing: its key wrote another history there, or was revoked before."""
    if ack.log in forks and ack.seq >= forks[ack.log][0]:
        return True
    roll = read_roll(world.rolls[-1].document)
    if any(seat.key == ack.desk for member in roll.members for seat in member.desks):
        return False
    cut = next((cut.seq for cut in roll.cuts if cut.log == ack.log), -1)
    return ack.seq > cut


def _erased_is_gone(world: World) -> None:
    """Not in any file of anybody who may hear of it: not in a table, an index, a free page or the log."""
    forks = forks_of(world)
    erased = sorted(
        token
        for token, entry in world.erased.items()
        if entry not in world.lost and not _void(world, forks, world.acked[entry])
    )
    for one in world.machines:
        if one.revoked:
            continue
        raw = b"".join(file.read_bytes() for file in sorted(one.folder.iterdir()) if file.is_file())
        for token in erased:
            if token.encode() in raw:
                raise Broken("erased is gone", f"{token} {world.tokens[token]} is at {one.name}")


def _withheld_is_told(world: World) -> None:
    counts = world.withheld
    if not counts["kept back"] == counts["told"] == counts["both"]:
        raise Broken("what is kept back is told", f"{dict(counts)}")
