"""A price list in words: bands, rates, extras and rules; what a quote by it comes to; what differs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from rcc_tui.domain.dates import show_date
from rcc_tui.domain.money import pounds
from screens.pane import example_lines, fact, heading, section
from screens.trade_text import price_lines
from screens.widgets.text import fit_cell, join, safe

if TYPE_CHECKING:
    from rcc_tui.domain.tariff import Quote, Tariff
    from rcc_tui.services.tariffs import TariffView

AGES_WIDTH, PRICE_WIDTH = 8, 12
Name = Callable[[str], str]


def tariff_lines(
    view: TariffView, document: Tariff, forces: Sequence[str] | None, name: Name
) -> list[Content]:
    """Everything of a price list. `forces` are the codes of those with whom it is in force for us today; None
    at a desk that trades nothing."""
    return [
        join((f"{view.name}, version {view.version}", "bold")),
        *example_lines(view.worked_example),
        fact("From", show_date(view.valid_from)),
        fact("To", show_date(view.valid_to) or "open"),
        *force_lines(forces, name),
        *section("Adopted by", adoption_lines(view, name)),
        *section("Bands", [fact(band.name, f"{band.low} to {band.high} points") for band in document.bands]),
        *rate_lines(document),
        *section("Extras", [_extra(one.name, one.pence, one.per, one.part) for one in document.extras]),
        *section("Rules", rule_lines(document)),
        *section("Points", [fact(one.item, f"{one.value} +{one.points}") for one in document.scores]),
        *section("Document", [fact("Hash", view.id)]),
    ]


def force_lines(forces: Sequence[str] | None, name: Name) -> list[Content]:
    """With whom it is in force."""
    if forces is None:
        return []
    return [fact("In force with", ", ".join(name(code) for code in forces) or "nobody today")]


def adoption_lines(view: TariffView, name: Name) -> list[Content]:
    """Who goes by it from which day, and who does no longer."""
    lines = [safe(f" {name(one.authority)} {one.days}") for one in view.adoptions]
    return lines or [safe(" Nobody yet: a adopts it.")]


def rate_lines(document: Tariff) -> list[Content]:
    """A table for each kind of care: ages below each other, bands beside each other, pounds a week."""
    bands = [band.name for band in document.bands]
    prices = {(one.type, one.age_min, one.age_max, one.band): one.weekly for one in document.rates}
    lines: list[Content] = []
    for kind in dict.fromkeys(one.type for one in document.rates):
        title = "".join(fit_cell(band, PRICE_WIDTH, "right") for band in bands)
        ages = dict.fromkeys((low, high) for type, low, high, _ in prices if type == kind)
        rows = [safe(f"{' ' * AGES_WIDTH}{title}", "bold")]
        for low, high in ages:
            each = [prices.get((kind, low, high, band)) for band in bands]
            cells = [fit_cell("-" if one is None else pounds(one), PRICE_WIDTH, "right") for one in each]
            rows.append(safe(f"{fit_cell(f' {low}–{high}', AGES_WIDTH)}{''.join(cells)}"))
        lines += section(f"{kind} a week", rows)
    return lines


def _extra(name: str, pence: int, per: str, part: str) -> Content:
    return fact(name, f"{pounds(pence)} a {per} ({part})")


def rule_lines(document: Tariff) -> list[Content]:
    """Siblings, premium, retainer, notice and uplift."""
    uplift = f"{document.uplift // 100}.{document.uplift % 100:02d} % each 1 April, as a new version"
    premium = f"{pounds(document.emergency_premium)} a week, first {document.emergency_nights} nights"
    return [
        fact("Siblings", f"each further child {document.sibling_percent} % of the core price"),
        fact("Emergency", premium if document.emergency_premium else "no premium"),
        fact("Kept open", f"{document.retainer_percent} % of the weekly price"),
        *(fact("Notice", f"{rule.days} days from {rule.nights_from} nights") for rule in document.notice),
        fact("Uplift", uplift if document.uplift else "none"),
    ]


def quote_lines(found: Quote, retainer: int) -> list[Content]:
    """A price with every step that led there. `retainer` is pence a week while the place is kept open."""
    return [
        heading(f"{pounds(found.weekly)} a week"),
        *price_lines(found.lines, found.weekly),
        fact("Band", f"{found.band}, {found.score} points"),
        fact("Notice", f"{found.notice_days} days"),
        fact("Kept open", f"{pounds(retainer)} a week"),
        *section("Step by step", [safe(f" {step.text}") for step in found.steps]),
    ]
