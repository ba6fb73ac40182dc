"""Changes of a trade in words: its versions, a change that waits beside what holds, days kept open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from rcc_tui.domain.dates import show_date
from rcc_tui.domain.money import pounds
from rcc_tui.domain.terms import Terms
from rcc_tui.domain.worked_example import REMARK
from screens.pane import fact
from screens.widgets.text import cell_width, fit_cell, join, safe

if TYPE_CHECKING:
    from rcc_tui.services.trades import TradeView

LABEL_WIDTH, SIDE_WIDTH = 14, 12
DIFFERS = "*"


def version_lines(trade: TradeView) -> list[Content]:
    """The terms agreed so far, each with the day it holds from; nothing where they never changed."""
    if len(trade.versions) < 2:
        return []
    lines = []
    for number, terms in enumerate(trade.versions, 1):
        first = show_date(terms.effective or terms.start)
        now = "  (the last that was agreed)" if number == len(trade.versions) else ""
        lines.append(fact(f"{number} from", f"{first}: {pounds(terms.weekly)} a week{now}"))
    return lines


def change_lines(trade: TradeView) -> list[Content]:
    """A change that waits for an answer beside what holds; what differs is marked. And who has signed it."""
    if trade.change is None:
        return []
    head = f"{'':{LABEL_WIDTH}}{fit_cell('Agreed', SIDE_WIDTH)}Proposed"
    lines = [join((head, "bold"))]
    for label, old, new in _facts(trade.terms, trade.change):
        name = f"{DIFFERS if old != new else ' '}{label}"
        if max(cell_width(old), cell_width(new)) < SIDE_WIDTH:
            lines.append(join((fit_cell(name, LABEL_WIDTH), "bold"), fit_cell(old, SIDE_WIDTH), safe(new)))
        else:  # words have no room beside each other
            lines.append(fact(name, f"{old} → {new}" if old != new else new))
    for role, code, name in _parties(trade):
        word = "signed" if code == trade.change_proposer else "not signed yet"
        lines.append(safe(f" {'x' if code == trade.change_proposer else '-'} {name} ({role}): {word}"))
    return lines


def _facts(old: Terms, new: Terms) -> Iterable[tuple[str, str, str]]:
    for label, read in (
        ("From", lambda one: show_date(one.effective or one.start)),
        ("A week", lambda one: pounds(one.weekly)),
        ("Expected end", lambda one: show_date(one.end) or "open"),
        ("Notice", lambda one: f"{one.notice_days} days"),
        ("Age", lambda one: str(one.age)),
        ("Off tariff", lambda one: one.off_tariff or "-"),
        ("Paid by", _funders),
    ):
        yield label, read(old), read(new)
    for label in dict.fromkeys(line.label for terms in (old, new) for line in terms.lines):
        yield label, _line(old, label), _line(new, label)
    yield "Answer by", "", show_date(new.valid_until)


def _funders(terms: Terms) -> str:
    return ", ".join(f"{one.name} {pounds(one.pence)}" for one in terms.funders) or "-"


def _line(terms: Terms, label: str) -> str:
    return next((pounds(line.pence) for line in terms.lines if line.label == label), "-")


def _parties(trade: TradeView) -> tuple[tuple[str, str, str], ...]:
    return ("buyer", trade.buyer, trade.buyer_name), ("seller", trade.seller, trade.seller_name)


def kept_lines(trade: TradeView) -> list[Content]:
    """The days on which the place was kept open and empty, as each side says."""
    said = (trade.kept_buyer, trade.kept_seller)
    if not any(said):
        return []
    lines = [fact(role, spans_text(spans)) for role, spans in zip(("Buyer", "Seller"), said, strict=True)]
    return [*lines, safe(" ! they differ", "bold")] if said[0] != said[1] else lines


def spans_text(spans: Sequence[tuple[str, str]]) -> str:
    """Days in words; the last of each is not counted."""
    return ", ".join(f"{show_date(first)} up to {show_date(stop)}" for first, stop in spans) or "-"


def change_text(trade: TradeView, new: Terms) -> str:
    """What agreeing to a change binds to, to be read before it is given."""
    old = trade.terms
    parts = [f"{trade.setting_name}, with {trade.buyer_name} and {trade.seller_name}"]
    parts += [f"{label}: {was} → {now}" for label, was, now in _facts(old, new) if was and was != now]
    parts += [f"! {REMARK}"] if trade.worked_example else []
    return "\n".join([*parts, f"{pounds(new.weekly)} a week from {show_date(new.effective)}"])
