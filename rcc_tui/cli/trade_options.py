"""Options that several commands about trades take, and how their words are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from rcc_tui.cli.options import iso_day
from rcc_tui.domain.funding import read_funders
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
        help=f"Who pays how much a week, as health=300.00; one of {', '.join(FUNDERS)}, or none. Again.",
    ),
]


def funders(texts: list[str] | None) -> tuple[Funder, ...] | None:
    """The shares typed, None where none were. Raises UsageError, Refused."""
    return read_funders(texts, "--funder") if texts else None


def a_day(desk: Desk, text: str, field: str) -> str:
    """The ISO date of a day as people type it; empty stays empty. Raises Refused."""
    return iso_day(text, desk.clock.today(), field)
