"""Trades as people see them: the row, who is who, what is amiss and whose turn it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import msgspec

from db.queries import trades as queries
from db.queries.trades import StoredTake, StoredTrade
from rcc_tui.domain.errors import NotFound, Refused
from rcc_tui.domain.terms import Line, Terms
from rcc_tui.services.desk import Desk
from rcc_tui.services.directory import must_know, name_of
from rcc_tui.services.ids import full_id
from rcc_tui.services.listing import Listing, check_page
from rcc_tui.services.pair_months import settled
from rcc_tui.services.tariffs import worked_examples

LAPSED = "lapsed"
ENDED, SETTLED = "ended", queries.SETTLED
STATES = ("proposed", "agreed", "started", ENDED, SETTLED, "declined", "withdrawn", LAPSED)


@dataclass(frozen=True, slots=True)
class TradeView:
    """A trade: a child of the `buyer` in a place of the `seller`, by the terms that count.

    `state` is one of STATES: `lapsed` by this desk's clock, `settled` once every month of an ended one is
    closed and nothing of it is disputed or still to be corrected. `proposal` is the hex hash of the entry
    that proposed the terms. `flags` are among off-tariff, contested, overbooked, disputed, provisional
    (agreed, and the place not yet given out), uncountersigned (a hub has entered that the other side, which
    had no desk, agreed: `vouched` says to which proposal, terms hash, and how). `my_turn`: an answer of mine
    is waited for. `request` is the id of my request it is for, where this desk knows one. `versions` are all
    terms agreed so far, the last the one that counts; `change` is a proposed change that waits for an answer.
    `kept_…` are the days each side says the place was kept open. `worked_example`: the price is that of a
    tariff nobody has agreed to be real. Days ISO, money integer pence.
    """

    id: str
    state: str
    buyer: str
    seller: str
    buyer_name: str
    seller_name: str
    terms: Terms
    terms_hash: str
    proposal: str
    proposer: str
    signed_by: tuple[str, ...]
    weekly: int
    lines: tuple[Line, ...]
    start: str
    end: str
    valid_until: str
    setting_name: str
    flags: tuple[str, ...]
    started_buyer: str
    started_seller: str
    ended_buyer: str
    ended_seller: str
    notice_on: str
    end_reason: str
    reason: str
    my_turn: bool
    request: str
    versions: tuple[Terms, ...] = ()
    change: Terms | None = None
    change_proposal: str = ""
    change_proposer: str = ""
    kept_buyer: tuple[tuple[str, str], ...] = ()
    kept_seller: tuple[tuple[str, str], ...] = ()
    worked_example: bool = False
    vouched: tuple[tuple[str, str, str], ...] = ()

    def other(self, code: str) -> str:
        """The party that is not `code`."""
        return self.seller if code == self.buyer else self.buyer

    @property
    def in_force(self) -> bool:
        """Whether an agreement binds both: agreed or started."""
        return self.state in queries.GOING

    @property
    def is_over(self) -> bool:
        """Whether the child has left: ended or settled."""
        return self.state in (ENDED, SETTLED)


def listing(
    desk: Desk, *, state: str = "", with_code: str = "", limit: int = 50, offset: int = 0
) -> Listing[TradeView]:
    """Trades heard of: those that wait for me first, then by latest start. Raises Refused for no state,
    NotFound for no member.

    A hub hears of the trades of every pair and lists them all.
    """
    check_page(limit, offset)
    if state and state not in STATES:
        raise Refused(f"“{state}” is no state.", where="state", hint=f"One of {', '.join(STATES)}.")
    if with_code:
        must_know(desk, with_code)
    rows, total = desk.read(
        queries.page,
        me=desk.code,
        today=desk.clock.today().isoformat(),
        states=(state,) if state else (),
        with_code=with_code,
        limit=limit,
        offset=offset,
        settled=settled(desk) if state in (ENDED, SETTLED) else (),
    )
    return Listing(_views(desk, rows), total)


def show(desk: Desk, id: str) -> TradeView:
    """One trade by its id or the first digits of it. Raises NotFound."""
    record = full_id(desk, "trade", id)
    row = desk.read(queries.trade, record)
    if row is None:
        raise NotFound(f"There is no trade “{id}” here.", where="trade", hint="The lists show the ids.")
    return _views(desk, [row])[0]


def read_terms(text: str) -> Terms:
    """Terms from the JSON of a column."""
    return msgspec.json.decode(text, type=Terms)


def _views(desk: Desk, rows: Sequence[StoredTrade]) -> tuple[TradeView, ...]:
    ids = [row.record for row in rows]
    taken = desk.read(queries.takes, ids)
    asked = desk.read(queries.requests_of, ids)
    examples = worked_examples(desk) if rows else frozenset()
    over = {row.audience for row in rows if row.state == ENDED}
    done = settled(desk, over) if over else set()
    return tuple(
        _view(desk, row, taken.get(row.record), asked.get(row.record, ""), examples, row.record in done)
        for row in rows
    )


def _view(
    desk: Desk,
    row: StoredTrade,
    take: StoredTake | None,
    request: str,
    examples: frozenset[str],
    done: bool,
) -> TradeView:
    state = SETTLED if done else _state(row, desk.clock.today())
    terms = read_terms(row.terms)
    return TradeView(
        id=row.record,
        state=state,
        buyer=row.buyer,
        seller=row.seller,
        buyer_name=name_of(desk, row.buyer),
        seller_name=name_of(desk, row.seller),
        terms=terms,
        terms_hash=row.terms_hash,
        proposal=row.proposal,
        proposer=row.proposer,
        signed_by=msgspec.json.decode(row.signed_by, type=tuple[str, ...]),
        weekly=row.weekly,
        lines=terms.lines,
        start=row.start,
        end=row.end,
        valid_until=row.valid_until,
        setting_name=row.setting_name,
        flags=_flags(row, take),
        started_buyer=row.started_buyer,
        started_seller=row.started_seller,
        ended_buyer=row.ended_buyer,
        ended_seller=row.ended_seller,
        notice_on=row.notice_on,
        end_reason=row.end_reason,
        reason=row.reason,
        my_turn=_my_turn(desk, row, state),
        request=request,
        versions=tuple(msgspec.json.decode(row.versions, type=list[Terms])),
        change=read_terms(row.change) if row.change else None,
        change_proposal=row.change_proposal,
        change_proposer=row.change_proposer,
        kept_buyer=_spans(row.kept_buyer),
        kept_seller=_spans(row.kept_seller),
        worked_example=terms.tariff in examples,
        vouched=msgspec.json.decode(row.vouched, type=tuple[tuple[str, str, str], ...]),
    )


def _my_turn(desk: Desk, row: StoredTrade, state: str) -> bool:
    if desk.code not in (row.buyer, row.seller):
        return False
    going = state in (*queries.GOING, ENDED, SETTLED)
    waits = row.proposer != desk.code and (state == "proposed" or (going and row.vouched != "[]"))
    return waits or (state in queries.GOING and bool(row.change) and row.change_proposer != desk.code)


def _spans(text: str) -> tuple[tuple[str, str], ...]:
    return msgspec.json.decode(text, type=tuple[tuple[str, str], ...])


def _state(row: StoredTrade, today: date) -> str:
    late = bool(row.valid_until) and row.valid_until < today.isoformat()
    return LAPSED if row.state == "proposed" and late else row.state


def _flags(row: StoredTrade, take: StoredTake | None) -> tuple[str, ...]:
    told = {
        "off-tariff": row.off_tariff,
        "contested": row.contested,
        "overbooked": take is not None and take.over,
        "disputed": row.disputed,
        "uncountersigned": row.vouched != "[]" and row.state in (*queries.GOING, ENDED),
        "provisional": row.state in queries.GOING and bool(row.vacancy) and take is None,
    }
    return tuple(flag for flag, is_so in told.items() if is_so)
