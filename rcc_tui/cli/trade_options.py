"""Options that several commands about trades take, and how their words are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from rcc_tui.cli.options import iso_day
from rcc_tui.domain.errors import UsageError
from rcc_tui.domain.money import parse_pounds
from rcc_tui.domain.terms import FUNDERS, Funder

if TYPE_CHECKING:
    from rcc_tui.services.desk import Desk

Weekly = Annotated[str, typer.Option("--weekly", help="Pounds a week, where not by the tariff.")]
OffTariff = Annotated[str, typer.Option("--off-tariff", help="Why the price is not the tariff's.")]
ValidUntil = Annotated[str, typer.Option("--valid-until", help="Answer by this day, or it lapses.")]
Extras = Annotated[
    list[str] | None, typer.Option("--extra", help="An extra of the tariff, as therapy or transport:2.5.")
]
Funders = Annotated[
    list[str] | None,
    typer.Option(
        "--funder",
        metavar="NAME=POUNDS",
        help=f"Who pays how much a week, as health=300.00; one of {', '.join(FUNDERS)}. Again.",
    ),
]


def funders(texts: list[str] | None) -> tuple[Funder, ...]:
    """The shares typed. Raises UsageError, Refused; that they add up is for the terms to check."""
    found: dict[str, Funder] = {}
    for text in texts or ():
        name, equals, amount = (part.strip() for part in text.partition("="))
        if not (name and equals and amount):
            raise UsageError(
                f"“{text}” is not NAME=POUNDS.", where="--funder", hint="Write it like health=300.00."
            )
        if name.casefold() in found:
            raise UsageError(f"{name} is given twice.", where="--funder", hint="Give each funder once.")
        found[name.casefold()] = Funder(name.casefold(), parse_pounds(amount, "--funder"))
    return tuple(found.values())


def a_day(desk: Desk, text: str, field: str) -> str:
    """The ISO date of a day as people type it; empty stays empty. Raises Refused."""
    return iso_day(text, desk.clock.today(), field)
