"""How trades read: as documents for scripts, as lines and tables for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from rcc_tui.cli.answer import Answer
from rcc_tui.cli.output import Column, blocks, clean, cut, day, fields, short, table
from rcc_tui.domain.money import pounds
from rcc_tui.domain.terms import Funder
from rcc_tui.domain.trade import check_terms
from rcc_tui.domain.worked_example import remark

if TYPE_CHECKING:
    from rcc_tui.services.trades import TradeView


WITHDRAW = "`rcc trade withdraw ID` takes it back."
OPEN = ("proposed", "lapsed")
"""States in which terms wait for an answer."""


def trade_json(view: TradeView) -> dict[str, object]:
    """A trade with the keys scripts rely on."""
    return {
        "id": view.id,
        "state": view.state,
        "buyer": view.buyer,
        "seller": view.seller,
        "buyer_name": view.buyer_name,
        "seller_name": view.seller_name,
        "setting": view.setting_name,
        "terms_hash": view.terms_hash,
        "weekly": view.weekly,
        "lines": [{"label": line.label, "pence": line.pence, "part": line.part} for line in view.lines],
        "start": view.start,
        "end": view.end,
        "valid_until": view.valid_until,
        "signed_by": list(view.signed_by),
        "flags": list(view.flags),
        "proposal": view.proposal,
        "proposer": view.proposer,
        "request": view.request,
        "started_buyer": view.started_buyer,
        "started_seller": view.started_seller,
        "ended_buyer": view.ended_buyer,
        "ended_seller": view.ended_seller,
        "notice_on": view.notice_on,
        "end_reason": view.end_reason,
        "reason": view.reason,
        "my_turn": view.my_turn,
        "terms": asdict(view.terms),
        "funders": [asdict(one) for one in view.terms.funders],
        "change": _change_json(view),
        "versions": [asdict(one) for one in view.versions],
        "vouched": [how for _, _, how in view.vouched],
        "kept_buyer": [list(span) for span in view.kept_buyer],
        "kept_seller": [list(span) for span in view.kept_seller],
        "worked_example": view.worked_example,
    }


def _change_json(view: TradeView) -> dict[str, object] | None:
    """The change that waits for an answer, None without one."""
    if view.change is None:
        return None
    return {"proposer": view.change_proposer, "proposal": view.change_proposal, **asdict(view.change)}


def answered(
    view: TradeView, done: str, back: str, said: Iterable[str] = (), *, proposed: bool = False
) -> Answer:
    """A trade as the answer of a command: what was `done`, and the command that takes it `back` (its words
    after `rcc trade`), the id being put for ID. With warnings; of terms just `proposed`, those about them."""
    warnings = [one for one in said if one]
    if proposed:
        warnings += check_terms(view.change or view.terms)
    notes = "\n".join(f"Note: {clean(one)}" for one in warnings)
    undo = f" {back.replace('ID', short(view.id))}" if back else ""
    text = blocks(trade_text(view), change_text(view), notes, f"{clean(done)}{undo}")
    return Answer({**trade_json(view), "warnings": warnings}, text)


def other_name(view: TradeView, code: str) -> str:
    """The name of the party that is not `code`."""
    return view.seller_name if code == view.buyer else view.buyer_name


def listed(rows: Sequence[TradeView], total: int) -> str:
    """Trades as a table; `»` marks those that wait for us."""
    columns = (
        *("", "id", "state", "buyer", "seller", "setting", "start", "end"),
        *(Column("weekly", right=True), "flags"),
    )
    body = [
        (
            "»" if one.my_turn else "",
            short(one.id),
            one.state,
            one.buyer_name or one.buyer,
            one.seller_name or one.seller,
            one.setting_name,
            day(one.start),
            day(one.end),
            pounds(one.weekly),
            ", ".join(one.flags),
        )
        for one in rows
    ]
    note = remark(any(one.worked_example for one in rows))
    return blocks(table(body, columns) or "No trades.", cut(len(rows), total), note)


def trade_text(view: TradeView) -> str:
    """One trade, field by field, and its price."""
    terms = view.terms
    said = fields(
        (
            ("trade", view.id),
            ("state", view.state + (", waits for us" if view.my_turn else "")),
            ("flags", ", ".join(view.flags)),
            ("buyer", f"{view.buyer} {view.buyer_name}".strip()),
            ("seller", f"{view.seller} {view.seller_name}".strip()),
            ("setting", f"{view.setting_name} ({terms.place})"),
            (
                "child",
                f"age {terms.age}, {terms.sex}" + (f", {terms.places} places" if terms.places > 1 else ""),
            ),
            ("request", view.request),
            ("start", day(view.start)),
            ("end", day(view.end) or "open-ended"),
            ("answer by", day(view.valid_until) if view.state in OPEN else ""),
            ("notice", f"{terms.notice_days} days"),
            ("tariff", short(terms.tariff)),
            ("note", remark(view.worked_example)),
            ("off the tariff", terms.off_tariff),
            ("band", terms.band),
            ("retainer", f"{terms.retainer_percent} % while kept open" if terms.retainer_percent else ""),
            ("funded by", funded(terms.funders)),
            ("signed by", _signed(view)),
            ("agreed for", _vouched(view)),
            ("terms hash", view.terms_hash),
            ("started", _two(view.buyer, view.started_buyer, view.seller, view.started_seller)),
            ("notice given for", day(view.notice_on)),
            ("kept open", _kept(view)),
            ("ended", _two(view.buyer, view.ended_buyer, view.seller, view.ended_seller)),
            ("why ended", view.end_reason),
            ("reason", view.reason),
        )
    )
    lines = [(line.label, pounds(line.pence)) for line in view.lines]
    price = table([*lines, ("a week", pounds(view.weekly))], ("line", Column("pounds", right=True)))
    return blocks(said, price)


def change_text(view: TradeView) -> str:
    """The change that waits for an answer: what would be other, from when, and by whose wish."""
    new, old = view.change, view.terms
    if new is None:
        return ""
    differs = (
        ("a week", pounds(old.weekly), pounds(new.weekly)),
        ("end", day(old.end) or "open-ended", day(new.end) or "open-ended"),
        ("notice", f"{old.notice_days} days", f"{new.notice_days} days"),
        ("age", str(old.age), str(new.age)),
        ("band", old.band, new.band),
        ("tariff", short(old.tariff) or "off it", short(new.tariff) or "off it"),
        ("funded by", funded(old.funders), funded(new.funders)),
    )
    said = fields(
        (
            ("change from", day(new.effective)),
            ("proposed by", view.change_proposer),
            ("answer by", day(new.valid_until)),
            ("off the tariff", new.off_tariff),
        )
    )
    rows = [row for row in differs if row[1] != row[2]]
    lines = [(line.label, pounds(line.pence)) for line in new.lines] if new.lines != old.lines else []
    price = table(lines, ("line", Column("pounds", right=True)))
    return blocks(said, table(rows, ("", "as agreed", "as proposed")), price)


def versions_table(view: TradeView) -> str:
    """All terms agreed so far, where there is more than one version."""
    if len(view.versions) < 2:
        return ""
    rows = [
        (
            str(at),
            day(one.effective or one.start),
            pounds(one.weekly),
            one.band,
            short(one.tariff) or f"off it: {one.off_tariff}",
            funded(one.funders),
        )
        for at, one in enumerate(view.versions, 1)
    ]
    columns = (
        Column("version", right=True),
        "from",
        Column("weekly", right=True),
        "band",
        "tariff",
        "funders",
    )
    return table(rows, columns)


def funded(funders: Sequence[Funder]) -> str:
    """Who funds a price, and by how much."""
    return ", ".join(f"{one.name} {pounds(one.pence)}" for one in funders)


def _signed(view: TradeView) -> str:
    """Who has signed, and whose signature is waited for."""
    names = {view.buyer: view.buyer_name, view.seller: view.seller_name}
    signed = [f"{code} {names.get(code, '')}".strip() for code in view.signed_by]
    waits = [code for code in names if code not in view.signed_by] if view.state == "proposed" else []
    return ", ".join(signed) + "".join(f"; {code} {names[code]} has not signed" for code in waits)


def _vouched(view: TradeView) -> str:
    """Whose agreement a hub has entered, and how it was given."""
    if not view.vouched:
        return ""
    other = view.other(view.proposer)
    how = ", ".join(dict.fromkeys(how for _, _, how in view.vouched))
    return f"{other} by {how}, entered by a hub; not countersigned"


def _kept(view: TradeView) -> str:
    """The days each side says the place was kept open, once where they say the same."""
    buyer, seller = (
        ", ".join(f"{day(first)} to {day(stop)}" for first, stop in spans)
        for spans in (view.kept_buyer, view.kept_seller)
    )
    if buyer == seller:
        return buyer
    return "; ".join(
        f"{said} says {code}" for code, said in ((view.buyer, buyer), (view.seller, seller)) if said
    )


def _two(buyer: str, by_buyer: str, seller: str, by_seller: str) -> str:
    """What each side states, once where they say the same."""
    if by_buyer == by_seller:
        return day(by_buyer)
    stated = ((buyer, by_buyer), (seller, by_seller))
    differ = "; they differ" if by_buyer and by_seller else ""
    return ", ".join(f"{day(on)} says {code}" for code, on in stated if on) + differ
