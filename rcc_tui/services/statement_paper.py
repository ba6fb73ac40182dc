"""A statement as it goes on paper: every line with its reckoning, who funds it, and what it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import msgspec

from db.queries import reach
from db.queries import statements as queries
from db.queries.statements import StoredStatement, StoredStay
from rcc_tui.acts import names
from rcc_tui.domain.funding import split
from rcc_tui.domain.ledger import Posting
from rcc_tui.domain.money import charge_pence, pounds
from rcc_tui.domain.statement import AGREED, CONCEDED, DISPUTED, Reach
from rcc_tui.domain.terms import Funder, Terms
from rcc_tui.services import reconcile, tariffs
from rcc_tui.services.desk import Desk
from rcc_tui.services.directory import name_of
from rcc_tui.services.reconcile import LineView, PairView
from rcc_tui.services.tariffs import TariffView

_VERSIONS = msgspec.json.Decoder(list[Terms])
_REACHES = msgspec.json.Decoder(list[Reach])
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A line: `exact` is the reckoning in words with the unrounded figure, empty for a correction; `tariff`
    names the price list, empty off it; `funders` are their parts of the charge, in pence. `uncountersigned`:
    a hub has entered that the other side, which had no desk, agreed to the trade."""

    view: LineView
    exact: str
    tariff: str
    worked_example: bool
    funders: tuple[Funder, ...]
    uncountersigned: bool = False


@dataclass(frozen=True, slots=True)
class Carried:
    """A line of an earlier, closed month that is still disputed: `stated` and `answer` in pence."""

    month: str
    n: int
    trade: str
    setting_name: str
    stated: int
    answer: int
    reason: str


@dataclass(frozen=True, slots=True)
class Rests:
    """How far the seller had heard one desk of a member: `entries` in line, the last with this `hash`."""

    who: str
    entries: int
    hash: str


@dataclass(frozen=True, slots=True)
class Paper:
    """A pair's month for printing. `stated` is None while there is no statement: then `lines` are the charges
    as the ledger has them. `total` is what they add up to; `cleared` and `disputed` are the stated amounts of
    the lines both agree on and of those the buyer disputes; `moved_on` counts charges that came to the ledger
    after the statement."""

    pair: PairView
    lines: tuple[PaperLine, ...]
    carried: tuple[Carried, ...]
    rests: tuple[Rests, ...]
    stated: int | None
    total: int
    cleared: int
    disputed: int
    moved_on: int

    @property
    def worked_example(self) -> bool:
        """Whether a price is that of a worked example: it must be said wherever the paper is shown."""
        return any(line.worked_example for line in self.lines)


def paper(desk: Desk, seller: str, buyer: str, month: str) -> Paper:
    """The paper of one pair and month. Raises Refused for no month."""
    view = reconcile.pair(desk, seller, buyer, month)
    stays = {one.record: one for one in desk.read(queries.stays, seller=seller, buyer=buyer)}
    known = {one.id: one for one in tariffs.listing(desk)}
    stated = [line for line in view.lines if line.n]
    shown = stated if view.head.statement else list(view.lines)
    lines = tuple(_line(line, stays.get(line.posting.trade), known) for line in shown)
    return Paper(
        view,
        lines,
        tuple(_carried(desk, seller, buyer, month, stays)),
        tuple(_rests(desk, view.head.statement, seller, buyer)),
        view.head.stated,
        sum(line.posting.pence for line in shown),
        sum(line.settled for line in stated if line.state in (AGREED, CONCEDED)),
        sum(line.posting.pence for line in stated if line.state == DISPUTED),
        len(view.lines) - len(stated) if view.head.statement else 0,
    )


def month_words(month: str) -> str:
    """“November 2026” for "2026-11"."""
    year, _, number = month.partition("-")
    return f"{_MONTHS[int(number) - 1]} {year}"


def what_words(line: LineView) -> str:
    """What a line is for: the setting, and the month where it is a correction."""
    one = line.posting
    if not one.corrects:
        return f"{line.setting_name}, {one.kind}"
    title = line.setting_name.removesuffix(f", correction of {one.corrects}")
    return f"{title}, correction of {month_words(one.corrects)}"


def answer_words(line: LineView) -> str:
    """How a line stands, in words."""
    if line.state == DISPUTED and line.answer is not None:
        return f"disputed: the buyer holds {pounds(line.answer)}: {line.reason}"
    if line.state == CONCEDED:
        return f"conceded: {pounds(line.settled)} counts: {line.reason}"
    return line.state or "on no statement"


def trade_words(line: PaperLine) -> str:
    """Which trade a line is of, and whether only one side has signed it."""
    said = ", not countersigned" if line.uncountersigned else ""
    return f"trade {line.view.posting.trade[:8]}{said}"


def exact_words(weekly: int, nights: int) -> str:
    """The reckoning of a charge with its unrounded figure: “24 × £1,240.00 / 7 = £4,251.4285…”."""
    parts, rest = divmod(weekly * nights * 100, 7)
    pence, below = divmod(parts, 100)
    figure = pounds(pence) + (f"{below:02d}" if below or rest else "") + ("…" if rest else "")
    return f"{nights} × {pounds(weekly)} / 7 = {figure}"


def _line(line: LineView, stay: StoredStay | None, known: Mapping[str, TariffView]) -> PaperLine:
    posting = line.posting
    versions = _VERSIONS.decode(stay.versions) if stay else []
    day = f"{posting.corrects}-01" if posting.corrects else posting.from_day.isoformat()
    tariff = known.get(_held(versions, day).tariff) if versions else None
    exact = "" if posting.corrects else exact_words(posting.weekly, posting.nights)
    return PaperLine(
        line,
        exact,
        f"{tariff.name}, version {tariff.version}" if tariff else "",
        tariff is not None and tariff.worked_example,
        _funded(posting, versions),
        stay is not None and stay.vouched != "[]",
    )


def _held(versions: Sequence[Terms], day: str) -> Terms:
    """The terms that held on a day (ISO)."""
    return next((one for one in reversed(versions[1:]) if one.effective <= day), versions[0])


def _funded(posting: Posting, versions: Sequence[Terms]) -> tuple[Funder, ...]:
    """Who pays which part of a charge. Who funds may change on a day when the price does not: then each pays
    for the nights that were theirs."""
    if not versions:
        return ()
    if posting.corrects:
        return split(posting.pence, _held(versions, f"{posting.corrects}-01").funders)
    first, stop = posting.from_day.isoformat(), posting.to_day.isoformat()
    cuts = sorted({one.effective for one in versions[1:] if first < one.effective < stop} | {stop})
    found: dict[str, int] = {}
    start, charged = first, 0
    for cut in cuts:
        nights = (date.fromisoformat(cut) - posting.from_day).days
        so_far = posting.pence if cut == stop else charge_pence(posting.weekly, nights)
        for part in split(so_far - charged, _held(versions, start).funders):
            found[part.name] = found.get(part.name, 0) + part.pence
        start, charged = cut, so_far
    return tuple(Funder(name, pence) for name, pence in found.items())


def _carried(
    desk: Desk, seller: str, buyer: str, month: str, stays: Mapping[str, StoredStay]
) -> Sequence[Carried]:
    earlier: list[StoredStatement] = [
        one for one in desk.read(queries.statements, pair=(seller, buyer), closed=True) if one.month < month
    ]
    lines = desk.read(queries.lines, [one.record for one in earlier])
    return [
        Carried(
            one.month,
            line.at + 1,
            line.trade,
            stays[line.trade].setting_name if line.trade in stays else line.trade[:8],
            line.pence,
            line.answer,
            line.reason,
        )
        for one in earlier
        for line in lines[one.record]
        if line.state == DISPUTED
    ]


def _rests(desk: Desk, record: str, seller: str, buyer: str) -> Sequence[Rests]:
    statement = desk.read(queries.statement, record) if record else None
    if statement is None:
        return []
    here = {one.log.hex(): one.desk for one in reach.reach(desk.store.write, names.pair(seller, buyer))}
    return [
        Rests(_who(desk, here.get(one.log)), one.seq + 1, one.hash)
        for one in _REACHES.decode(statement.heard)
    ]


def _who(desk: Desk, key: bytes | None) -> str:
    author = desk.rolls.authors.get(key) if key else None
    return name_of(desk, author.code) if author else "a desk not known here"
