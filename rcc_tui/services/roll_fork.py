"""Two valid rolls of one version: root keys were misused. Everything stops until people have settled it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from rcc_tui.acts.canonical import encode
from rcc_tui.domain.errors import BundleError, RccError, Refused
from rcc_tui.services.region_files import RollFile, read_struct
from rcc_tui.sync.roll import SignedRoll, read_roll, roll_hash

if TYPE_CHECKING:
    from rcc_tui.services.desk import Desk

_SEEN = "roll_fork"
_SET_ASIDE = "rolls_set_aside"


class _Fork(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is remembered: which version is there twice, and the rolls that came with the discovery."""

    version: int
    rolls: tuple[tuple[bytes, bytes], ...]


def note_roll_fork(desk: Desk, error: BaseException, offered: Sequence[SignedRoll]) -> None:
    """Remember that one of the rolls `offered` is a second valid one, when `error` names it.

    To be called outside the transaction that was taken back. A roll that was set aside when an earlier
    fork was settled changes nothing any more.
    """
    if not isinstance(error, RccError):
        return
    by_name = {roll_hash(one.document).hex(): one for one in offered}
    twin = by_name.get(error.where)
    if twin is None or error.where in _set_aside(desk):
        return
    kept = {*_seen(desk), *((one.document, one.signatures) for one in offered)}
    fork = _Fork(read_roll(twin.document).version, tuple(sorted(kept)))
    desk.set_meta(_SEEN, encode(fork).decode())


def roll_fork(desk: Desk) -> str:
    """What stops this desk, in a sentence; empty when nothing does."""
    found = desk.meta(_SEEN)
    if not found:
        return ""
    version = msgspec.json.decode(found, type=_Fork).version
    return f"There are two valid rolls {version}: the root keys have been misused."


def require_one_roll(desk: Desk) -> None:
    """Raises BundleError while two valid rolls of one version are known and nobody has settled it."""
    if said := roll_fork(desk):
        raise BundleError(
            said,
            hint="Speak with both hubs, then take in the roll that settles it: rcc region roll resolve FILE.",
            code="roll-fork",
        )


def resolve_roll_fork(desk: Desk, paths: Sequence[Path]) -> int:
    """Go by a later roll that follows one of the two; the other, and what follows it, is set aside.

    `paths` holds that roll, and any between it and the fork that this desk lacks. A desk that has not met
    the second one is led the same way, so that all can be told the same. Returns the version gone by.
    Raises Refused when the roll settles nothing, BundleError when it may not follow.
    """
    given = [read_struct(path, RollFile).signed() for path in paths]
    tip = max(given, key=lambda one: read_roll(one.document).version)
    known = [SignedRoll(*one) for one in _seen(desk)]
    held = desk.rolls.signed
    kept, chain = _way(tip, [*known, *given], held)
    parted = kept + 1 if kept < len(held) else 0
    if noted := desk.meta(_SEEN):
        parted = msgspec.json.decode(noted, type=_Fork).version
    if len(chain) + kept <= parted:
        raise Refused("This roll comes no later than the two: it settles nothing.", where=str(paths[0]))
    ways = {roll_hash(one.document) for one in (*held[:kept], *chain)}
    others = {roll_hash(one.document) for one in (*held, *known)} - ways
    try:
        with desk.store.transaction() as write:
            write.execute("DELETE FROM roll WHERE version > ?", (kept,))
            write.execute("DELETE FROM meta WHERE key=?", (_SEEN,))
            desk.rolls.reload()
            for one in chain:
                desk.adopt_roll(one)
            desk.refold()
            aside = sorted(_set_aside(desk) | {one.hex() for one in others})
            desk.set_meta(_SET_ASIDE, " ".join(aside))
    except BaseException:
        desk.rolls.reload()
        raise
    return kept + len(chain)


def _way(
    tip: SignedRoll, known: Sequence[SignedRoll], held: Sequence[SignedRoll]
) -> tuple[int, list[SignedRoll]]:
    """How many of the rolls held stay, and those that follow them up to `tip`."""
    places = {roll_hash(one.document): number for number, one in enumerate(held, 1)}
    names = {roll_hash(one.document): one for one in known}
    chain = [tip]
    while True:
        before = read_roll(chain[0].document).prev
        if before == bytes(32):
            return 0, chain
        if before in places:
            return places[before], chain
        if before not in names:
            raise Refused("This roll follows neither of the two.", hint="Give the rolls between as well.")
        chain.insert(0, names[before])


def _seen(desk: Desk) -> tuple[tuple[bytes, bytes], ...]:
    found = desk.meta(_SEEN)
    return msgspec.json.decode(found, type=_Fork).rolls if found else ()


def _set_aside(desk: Desk) -> set[str]:
    return set(desk.meta(_SET_ASIDE).split())
