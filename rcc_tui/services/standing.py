"""How the logs held stand, and upholding one that a revocation or a fork has cut."""

from __future__ import annotations

from dataclasses import dataclass

from db.queries import logs as queries
from db.queries.logs import HeldLog, Tip
from rcc_tui.acts import names
from rcc_tui.acts.standing import Uphold
from rcc_tui.domain.errors import NotFound, Refused
from rcc_tui.services.desk import Desk
from rcc_tui.services.directory import seat_name
from rcc_tui.services.moments import minute_of
from rcc_tui.sync.entry import read_header

_SHORTEST = 4


@dataclass(frozen=True, slots=True)
class Ending:
    """Where a cut log might count to: an entry with nothing after it. `upheld_by` are members' codes."""

    entry: str
    seq: int
    at: str
    upheld_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LogView:
    """A log: whose it is (member, desk's name and key in hex), how many entries are held in line and how
    many of them count.

    `why` is empty where all count, else fork, revoked or content missing; `endings` are those of a cut log.
    """

    log: str
    code: str
    desk: str
    key: str
    audience: str
    entries: int
    counts: int
    why: str
    endings: tuple[Ending, ...]


@dataclass(frozen=True, slots=True)
class Forked:
    """A desk proved to have written two histories: its key is in two places."""

    log: str
    code: str
    desk: str


def logs(desk: Desk, *, amiss: bool = False) -> tuple[LogView, ...]:
    """Every log held, or only those that do not count to their end."""
    found = (_view(desk, one) for one in queries.logs(desk.store.write))
    return tuple(one for one in found if one.why or not amiss)


def forked(desk: Desk) -> tuple[Forked, ...]:
    """Desks of which it is proved that their key wrote two histories, in logs heard here or elsewhere."""
    return tuple(
        Forked(log.hex(), _code(desk, key), seat_name(desk, key))
        for log, key in queries.proven(desk.store.write)
    )


def _code(desk: Desk, key: bytes) -> str:
    author = desk.rolls.authors.get(key)
    return author.code if author else "?"


def _view(desk: Desk, one: HeldLog) -> LogView:
    ends = [place for place in (one.cut, one.missing) if place is not None]
    counted = min([one.connected, *ends])
    if one.missing is None:
        counted = min(one.connected, counted + one.upheld)
    why = one.why or ("content missing" if one.missing is not None else "")
    return LogView(
        one.log.hex(),
        _code(desk, one.desk),
        seat_name(desk, one.desk),
        one.desk.hex(),
        one.audience,
        one.connected,
        counted,
        why,
        _endings(desk, one) if one.cut is not None else (),
    )


def _endings(desk: Desk, one: HeldLog) -> tuple[Ending, ...]:
    """Every entry past the cut that no other follows."""
    chain = queries.chain(desk.store.write, one.log, one.cut or 0)
    followed = {read_header(tip.header).prev for tip in chain}
    said: dict[str, list[str]] = {}
    for _, entry, by in queries.upheld_by(desk.store.write, one.log):
        said.setdefault(entry, []).append(by)
    return tuple(
        Ending(
            tip.hash.hex(),
            tip.seq,
            minute_of(read_header(tip.header).at_ms),
            tuple(dict.fromkeys(said.get(tip.hash.hex(), ()))),
        )
        for tip in chain
        if tip.hash not in followed or tip.hash.hex() in said
    )


def uphold(desk: Desk, log: str, entry: str) -> LogView:
    """Sign that a cut log counts up to one of its entries (both by their first digits, hex).

    After a revocation a desk of the same authority takes up again what was honest. After a fork a hub and
    a desk of the authority must name the same entry; of an authority's own acts it alone decides.
    Raises NotFound, Refused.
    """
    held = _find(desk, log)
    if held.cut is None:
        raise Refused("This log counts to its end: there is nothing to uphold.", where=log)
    owner = desk.rolls.authors[held.desk].code
    if desk.code != owner and (desk.role != "hub" or names.scope(held.audience) == "own"):
        raise Refused(
            f"This log is of {owner}, who with a hub decides what of it counts.",
            where=log,
            hint=f"Ask {owner}.",
        )
    tip = _entry(desk, held, entry)
    with desk.writing() as w:
        act = Uphold(held.desk, held.incarnation, tip.seq, tip.hash)
        w.act("standing", act, audience=held.audience)
    return next(one for one in logs(desk) if one.log == held.log.hex())


def _find(desk: Desk, log: str) -> HeldLog:
    typed = log.strip().casefold()
    found = [one for one in queries.logs(desk.store.write) if one.log.hex().startswith(typed)]
    if len(typed) < _SHORTEST or not found:
        raise NotFound("There is no such log here.", where=log, hint="`rcc log list` shows them.")
    if len(found) > 1:
        raise Refused("This means more than one log.", where=log, hint="Give more digits.")
    return found[0]


def _entry(desk: Desk, held: HeldLog, entry: str) -> Tip:
    typed = entry.strip().casefold()
    chain = queries.chain(desk.store.write, held.log, held.cut or 0)
    found = [tip for tip in chain if tip.hash.hex().startswith(typed)]
    if len(typed) < _SHORTEST or not found:
        raise NotFound(
            "There is no such entry in this log after its cut.",
            where=entry,
            hint="`rcc log show` shows where it might end.",
        )
    if len(found) > 1:
        raise Refused("This means more than one entry.", where=entry, hint="Give more digits.")
    return found[0]
