"""Erasing what must not be kept: signed by whose record it is, carried to all who hold it, and confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from db.queries import erasing as queries
from db.queries.erasing import Opened
from rcc_tui.acts import names
from rcc_tui.acts.erasure import MAX_BASIS, Erase
from rcc_tui.acts.kind import record_id
from rcc_tui.acts.kinds import ENDURING
from rcc_tui.domain.errors import NotFound, Refused
from rcc_tui.services.desk import Desk
from rcc_tui.services.moments import minute_of

_SHORTEST = 4


@dataclass(frozen=True, slots=True)
class Target:
    """A record that an erasure takes: its id, kind and audience."""

    record: str
    kind: str
    audience: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """An erased record and who has confirmed it: `confirmed` of `of` desks; `missing` are members' codes.

    `entries` is how many were emptied here; `on` is the moment of the act, ISO to the minute.
    """

    record: str
    kind: str
    audience: str
    by: str
    basis: str
    on: str
    entries: int
    confirmed: int
    of: int
    missing: tuple[str, ...]


def targets(desk: Desk, text: str) -> tuple[Target, ...]:
    """What erasing `text` would take: a record by the first digits of its id, or a child by its local id.

    With a child go its episodes and requests, with a request the referrals made for it. Trades stay: the
    ledger rests on them, and they name nobody.
    Raises NotFound, Refused.
    """
    found = _find(desk, text.strip())
    records = [found.record]
    child = desk.read(queries.local_id_of, found.record) if found.kind == "child" else ""
    if child:
        records += desk.read(queries.told_of, child)
    for referral in desk.read(queries.referrals_of, list(records)):
        records.append(referral)
    openings = [_opening(desk, record) for record in dict.fromkeys(records)]
    return tuple(Target(one.record, one.kind, one.audience) for one in openings if one is not None)


def erase(desk: Desk, text: str, basis: str) -> tuple[Target, ...]:
    """Erase what `targets` finds, on that basis (a line, kept for good). Raises NotFound, Refused."""
    if not basis.strip() or len(basis) > MAX_BASIS:
        raise Refused(
            "On what basis?",
            where="basis",
            hint=f"Say it in {MAX_BASIS} letters or less, such as: retention ended. Name nobody in it.",
        )
    taken = targets(desk, text)
    openings = [_opening(desk, one.record) for one in taken]
    for opening in openings:
        if opening is not None:
            _check(desk, opening)
    with desk.writing() as w:
        for opening in openings:
            if opening is not None:
                act = Erase(opening.desk, opening.incarnation, opening.seq, basis.strip())
                w.act("erasure", act, audience=opening.audience)
    return taken


def _find(desk: Desk, text: str) -> Opened:
    """The one record that `text` means."""
    called = desk.read(queries.children_called, text)
    digits = text.casefold().replace("…", "")
    is_id = len(digits) >= _SHORTEST and not set(digits) - set("0123456789abcdef")
    ids = called or sorted({one.record for one in queries.opened(desk.store.write, digits)} if is_id else ())
    if len(ids) > 1:
        raise Refused(f"“{text}” means more than one record.", where="id", hint="Give more digits of its id.")
    opening = _opening(desk, ids[0]) if ids else None
    if opening is None:
        raise NotFound(
            f"There is no record “{text}” here.",
            where="id",
            hint="Give the first four digits of its id or more, or a child's local identifier.",
        )
    return opening


def _opening(desk: Desk, record: str) -> Opened | None:
    """The entry that opened a record, where it is held."""
    return next(
        (
            one
            for one in queries.opened(desk.store.write, record)
            if record_id(one.log, one.seq).hex() == one.record
        ),
        None,
    )


def _check(desk: Desk, opening: Opened) -> None:
    owner = desk.rolls.authors.get(opening.desk)
    if owner is None or owner.code != desk.code:
        whose = owner.code if owner else "a stranger"
        raise Refused(
            f"This {opening.kind} was opened by {whose}, who alone may erase it.",
            where=opening.record[:8],
            hint=f"Ask {whose} to erase it.",
        )
    if opening.kind in ENDURING:
        raise Refused(
            f"A {opening.kind} is never erased.",
            where=opening.record[:8],
            hint="What money rests on names nobody, and must be the same for both sides.",
        )
    erased = {(one.target, one.audience) for one in queries.erased(desk.store.write)}
    if (opening.record, opening.audience) in erased:
        raise Refused(f"This {opening.kind} was erased already.", where=opening.record[:8])


def coverage(desk: Desk) -> tuple[Coverage, ...]:
    """Every erasure known here, and which desks of those entitled have confirmed that they hold it."""
    return tuple(_covered(desk, one) for one in queries.erased(desk.store.write))


def _covered(desk: Desk, one: queries.Erased) -> Coverage:
    confirmed = queries.confirmed(desk.store.write, one.log, one.seq) | {desk.key.public}
    desks = [(code, key) for code, key in _desks(desk) if _hears(desk, one.audience, code)]
    return Coverage(
        one.target,
        one.kind,
        one.audience,
        one.by,
        one.basis,
        minute_of(one.at_ms),
        one.entries,
        sum(key in confirmed for _, key in desks),
        len(desks),
        tuple(dict.fromkeys(code for code, key in desks if key not in confirmed)),
    )


def _desks(desk: Desk) -> Sequence[tuple[str, bytes]]:
    latest = desk.rolls.latest
    return [(member.code, seat.key) for member in (latest.members if latest else ()) for seat in member.desks]


def _hears(desk: Desk, audience: str, code: str) -> bool:
    member = desk.rolls.member(code)
    return member is not None and names.may_read(audience, code, member.role)
