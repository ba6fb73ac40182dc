"""Taking a desk off the roll: how far its logs are known, and the cuts the next roll makes there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from rcc_tui.acts.kind import log_id
from rcc_tui.domain.errors import IntegrityError, Refused
from rcc_tui.services.desk import Desk, open_desk
from rcc_tui.services.region_files import (
    HEADS_TYPE,
    HeadsFile,
    HeldLog,
    desk_of,
    last_published,
    member_on,
    read_draft,
    read_struct,
    redraft,
    with_member,
    write_struct,
)
from rcc_tui.sync import keys
from rcc_tui.sync.entry import read_header
from rcc_tui.sync.roll import Cut, DeskSeat, Member, Roll, read_roll


@dataclass(frozen=True, slots=True)
class LogEnd:
    """Where a log of a revoked desk ends: the last entry that counts, and the day it was made."""

    log: str
    audience: str
    seq: int
    at: str


@dataclass(frozen=True, slots=True)
class Revoked:
    """What the draft now says of a desk: the ends of its logs. Logs not among them count for nothing."""

    code: str
    desk: str
    name: str
    ends: tuple[LogEnd, ...]


def heads_of(desk: Desk, code: str, name: str) -> HeadsFile:
    """How far this store holds the logs of a desk, signed by this desk. `name` is its name or its key.

    Only what counts here is named: a log up to its first gap, its fork, or its cut. Raises Refused,
    NotFound.
    """
    roll = desk.rolls.latest
    if roll is None or desk.key.public not in desk.rolls.seated:
        raise Refused("This desk is on no roll: nobody would believe what it signs.", hint="Enrol it first.")
    seat = desk_of(member_on(roll, code), name)
    heads = tuple(_heads(desk, seat.key))
    found = HeadsFile(code, seat.name, seat.key, heads, desk.key.public, b"")
    return msgspec.structs.replace(found, signature=desk.key.sign(HEADS_TYPE, found.body()))


def _heads(desk: Desk, key: bytes) -> Iterable[HeldLog]:
    for audience, incarnation, seq, digest, header in desk.store.write.execute(
        "SELECT l.audience, l.incarnation, e.seq, e.hash, e.header FROM log l JOIN entry e ON e.log = l.n"
        " WHERE l.desk=? AND e.state<>2 AND e.seq = MIN(l.connected, COALESCE(l.cut, l.connected)) - 1"
        " ORDER BY l.audience, l.n",
        (key,),
    ):
        yield HeldLog(audience, incarnation, seq, digest, read_header(header).at_ms)


def write_heads(desk: Desk, code: str, name: str, path: Path) -> HeadsFile:
    """Write a file for the keepers of the roll with what `heads_of` tells."""
    found = heads_of(desk, code, name)
    write_struct(path, found)
    return found


def heads_from(
    sources: Sequence[Path], code: str, names: Sequence[str], opened: Callable[[Path], Desk] = open_desk
) -> list[HeadsFile]:
    """What stores (folders, opened by `opened`) and heads files know of some desks of a member.

    Raises RccError naming the source.
    """
    found: list[HeadsFile] = []
    for source in sources:
        if source.is_dir():
            desk = opened(source)
            try:
                found.extend(heads_of(desk, code, name) for name in names)
            finally:
                desk.close()
        else:
            found.append(read_struct(source, HeadsFile))
    return found


def revoke(folder: Path, code: str, name: str, known: Sequence[HeadsFile]) -> Revoked:
    """Take a desk off the draft and cut each of its logs after the last entry that anybody `known` holds.

    Raises NotFound, Refused, IntegrityError: heads must be of this desk and signed by another one.
    """
    roll = read_draft(folder)
    member = member_on(roll, code)
    seat = desk_of(member, name)
    (told,) = _unseat(folder, roll, member, (seat,), known, doubted={seat.key})
    return told


def leave(folder: Path, code: str, day: str, known: Sequence[HeadsFile]) -> tuple[Revoked, ...]:
    """A member leaves on an ISO day: it stays on the roll by name, and all its desks are taken off it.

    Its desks are believed: only they know the logs that never left the member. Raises as `revoke`.
    """
    roll = read_draft(folder)
    member = member_on(roll, code)
    if member.left:
        raise Refused(f"{code} left on {member.left}.", where="code")
    return _unseat(
        folder, roll, msgspec.structs.replace(member, left=day), member.desks, known, doubted=set()
    )


def _unseat(
    folder: Path,
    roll: Roll,
    member: Member,
    seats: Sequence[DeskSeat],
    known: Sequence[HeadsFile],
    *,
    doubted: set[bytes],
) -> tuple[Revoked, ...]:
    """Take desks of a member off the draft and add their cuts; a cut that is there already stays."""
    _check_heads(folder, known, {seat.key for seat in seats}, doubted)
    ends = {seat.key: _ends(seat.key, known) for seat in seats}
    held = {cut.log for cut in roll.cuts}
    new = [cut for of_desk in ends.values() for cut, _ in of_desk if cut.log not in held]
    rest = tuple(seat for seat in member.desks if seat not in seats)
    changed = with_member(roll, msgspec.structs.replace(member, desks=rest))
    redraft(folder, msgspec.structs.replace(changed, cuts=(*roll.cuts, *new)))
    return tuple(
        Revoked(member.code, seat.key.hex(), seat.name, tuple(end for _, end in ends[seat.key]))
        for seat in seats
    )


def _check_heads(folder: Path, known: Sequence[HeadsFile], wanted: set[bytes], doubted: set[bytes]) -> None:
    before = last_published(folder)
    members = read_roll(before.document).members if before else ()
    seated = {seat.key for member in members for seat in member.desks}
    for heads in known:
        if heads.key not in wanted:
            raise IntegrityError("These heads are of another desk.", where=f"{heads.name} of {heads.code}")
        if heads.by not in seated - doubted:
            raise IntegrityError("These heads come from no other desk on the roll.", where=heads.by.hex()[:8])
        if not keys.verify(heads.by, HEADS_TYPE, heads.body(), heads.signature):
            raise IntegrityError(
                "These heads are not signed by the desk they name.", where=heads.by.hex()[:8]
            )


def _ends(desk: bytes, known: Sequence[HeadsFile]) -> list[tuple[Cut, LogEnd]]:
    """Of each log of a desk the furthest that anybody holds. Raises IntegrityError for two histories."""
    found: dict[bytes, HeldLog] = {}
    for one in (one for heads in known if heads.key == desk for one in heads.heads):
        log = log_id(desk, one.audience, one.incarnation)
        held = found.setdefault(log, one)
        if one.seq == held.seq and one.hash != held.hash:
            raise IntegrityError(
                "Two stores hold two histories of one log of this desk.",
                where=log.hex()[:12],
                hint="Exchange bundles between them: the log is cut where they part. Then try again.",
            )
        if one.seq > held.seq:
            found[log] = one
    return [
        (Cut(log, one.seq, one.hash), LogEnd(log.hex(), one.audience, one.seq, _day(one.at_ms)))
        for log, one in sorted(found.items(), key=lambda item: (item[1].audience, item[0]))
    ]


def _day(at_ms: int) -> str:
    """The ISO day of a moment that a clock claimed; empty when there is no such day."""
    try:
        return datetime.fromtimestamp(at_ms / 1000, UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return ""
