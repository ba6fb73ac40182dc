"""How trades read: as documents for scripts, as lines and tables for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from rcc_tui.cli.output import Column, blocks, cut, day, fields, short, table
from rcc_tui.domain.money import pounds

if TYPE_CHECKING:
    from rcc_tui.services.trades import TradeView


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
    }


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
    return blocks(table(body, columns) or "No trades.", cut(len(rows), total))


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
            ("answer by", day(view.valid_until)),
            ("notice", f"{terms.notice_days} days"),
            ("off the tariff", terms.off_tariff),
            ("band", terms.band),
            ("signed by", ", ".join(view.signed_by)),
            ("terms hash", view.terms_hash),
            ("started", _two(view.buyer, view.started_buyer, view.seller, view.started_seller)),
            ("notice given for", day(view.notice_on)),
            ("ended", _two(view.buyer, view.ended_buyer, view.seller, view.ended_seller)),
            ("why ended", view.end_reason),
            ("reason", view.reason),
        )
    )
    lines = [(line.label, pounds(line.pence)) for line in view.lines]
    price = table([*lines, ("a week", pounds(view.weekly))], ("line", Column("pounds", right=True)))
    return blocks(said, price)


def _two(buyer: str, by_buyer: str, seller: str, by_seller: str) -> str:
    """What each side states, once where they say the same."""
    if by_buyer == by_seller:
        return day(by_buyer)
    stated = ((buyer, by_buyer), (seller, by_seller))
    return ", ".join(f"{day(on)} says {code}" for code, on in stated if on)
