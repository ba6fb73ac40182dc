"""rcc tariff withdraw, compare, uplift: from one version to the next."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rcc_tui.cli.answer import Answer
from rcc_tui.cli.command import command
from rcc_tui.cli.options import iso_day
from rcc_tui.cli.output import Column, blocks, clean, day, short, table
from rcc_tui.cli.session import Session
from rcc_tui.domain.errors import UsageError
from rcc_tui.domain.tariff_diff import Difference, percent_words, words_of
from rcc_tui.domain.worked_example import remark

if TYPE_CHECKING:
    from rcc_tui.services.tariffs import TariffView

_PERCENT = re.compile(r"(-?)([0-9]{1,3})(?:\.([0-9]{1,2}))? ?%?")

TariffId = Annotated[str, typer.Argument(metavar="ID", help="The tariff's hash, or its first digits.")]


def add(app: typer.Typer, shown: Callable[[TariffView, str], Answer]) -> None:
    """Put these commands on the noun; `shown` makes a tariff the answer of a command."""

    def withdraw(
        session: Session,
        tariff: TariffId,
        on: Annotated[str, typer.Option("--on", help="For placements from this day; else today.")] = "",
    ) -> Answer:
        """Our authority takes its adoption back: no placement starts by it from a day on.

        What is agreed stays agreed. The tariff may be adopted again.
        """
        from rcc_tui.services import tariffs

        desk = session.desk()
        day_of = iso_day(on or "today", desk.clock.today(), "--on")
        session.confirm(f"No longer go by tariff {tariff} from {day(day_of)} on?")
        view = tariffs.withdraw(desk, tariff, day_of)
        back = f"`rcc tariff adopt {short(view.id)}` adopts it again."
        return shown(view, f"Not ours for placements from {day(day_of)}. {back}")

    command(app, "withdraw", example="tariff withdraw 9c1e --on 2027-04-01")(withdraw)
    command(app, "compare", example="tariff compare 9c1e 4b7d")(compare)
    command(app, "uplift", example="tariff uplift 9c1e --from 2027-04-01 --out prices-2027.toml")(uplift)


def compare(
    session: Session,
    old: Annotated[str, typer.Argument(metavar="OLD", help="A tariff's hash, or its first digits.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The one to compare with it.")],
) -> Answer:
    """Every price, band, score, extra and rule that differs between two tariffs."""
    from rcc_tui.services import tariffs

    desk = session.desk()
    views = [tariffs.show(desk, one) for one in (old, new)]
    found = tariffs.compare(desk, old, new)
    document = {
        "old": views[0].id,
        "new": views[1].id,
        "worked_example": any(one.worked_example for one in views),
        "differences": [
            {
                "part": one.part,
                "what": one.what,
                "old": one.old,
                "new": one.new,
                "unit": one.unit,
                "difference": one.change,
                "percent": None if one.percent is None else percent_words(one.percent).removesuffix(" %"),
            }
            for one in found
        ],
    }
    return Answer(document, _compared(views, found))


def _compared(views: Sequence[TariffView], found: Sequence[Difference]) -> str:
    rows = [words_of(one) for one in found]
    right = [Column(name, right=True) for name in ("old", "new", "difference", "%")]
    named = "; ".join(_named(one) for one in views)
    listed = table(rows, ("part", "what", *right)) or "They say the same."
    return blocks(clean(named), listed, remark(any(one.worked_example for one in views)))


def _named(view: TariffView) -> str:
    return f"{view.name}, version {view.version}"


def uplift(
    session: Session,
    tariff: TariffId,
    from_day: Annotated[str, typer.Option("--from", help="The first day of the new prices, as 2027-04-01.")],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE.toml", help="Write it there, instead of showing it.")
    ] = None,
    percent: Annotated[
        str, typer.Option("--percent", help="Raise by so much, as 2.5, instead of the tariff's own uplift.")
    ] = "",
) -> Answer:
    """The next version of a tariff, every price raised: a document to look at, and to publish."""
    from rcc_tui.services import tariffs
    from rcc_tui.services.tariff_files import write_tariff

    desk = session.desk()
    first = iso_day(from_day, desk.clock.today(), "--from")
    text = tariffs.uplift(desk, tariff, first, _hundredths(percent) if percent else None)
    if out is None:
        return Answer({"text": text}, text.rstrip("\n"))
    if out.suffix.casefold() != ".toml":
        raise UsageError(f"“{out.name}” is to be TOML.", where="--out", hint="End its name in .toml.")
    write_tariff(out, text)
    said = f"Written to {out}. Look it over, then: rcc tariff publish {out}"
    return Answer({"file": str(out), "text": text}, said)


def _hundredths(percent: str) -> int:
    """Hundredths of a percent: 2.5 is 250. Raises UsageError."""
    match = _PERCENT.fullmatch(percent.strip())
    if match is None:
        raise UsageError(f"“{percent}” is no percentage.", where="--percent", hint="Write it like 2.5.")
    sign, whole, rest = match.group(1), match.group(2), (match.group(3) or "").ljust(2, "0")
    return int(f"{sign}{whole}{rest}")
