"""rcc tariff …"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rcc_tui.cli import tariff_changes
from rcc_tui.cli.answer import Answer
from rcc_tui.cli.command import command, noun
from rcc_tui.cli.given import NeedOptions
from rcc_tui.cli.options import iso_day
from rcc_tui.cli.output import Column, blocks, clean, day, fields, short, table, yes
from rcc_tui.cli.session import Session
from rcc_tui.domain.errors import UsageError
from rcc_tui.domain.money import pounds
from rcc_tui.domain.worked_example import remark

if TYPE_CHECKING:
    from rcc_tui.domain.needs import Needs
    from rcc_tui.services.desk import Desk
    from rcc_tui.services.tariffs import AdoptionView, TariffView
    from rcc_tui.services.trades import QuoteView

app = noun("Tariffs: agreed price lists, and quotes by them.")

TariffId = Annotated[str, typer.Argument(metavar="ID", help="The tariff's hash, or its first digits.")]


@command(app, "list", example="tariff list")
def list_(session: Session) -> Answer:
    """All published tariffs and who has adopted them."""
    from rcc_tui.services import tariffs

    found = tariffs.listing(session.desk())
    rows = [
        (
            short(one.id),
            one.name,
            str(one.version),
            day(one.valid_from),
            day(one.valid_to),
            yes(one.worked_example),
            str(len(one.adopted_by)),
        )
        for one in found
    ]
    right = Column("version", right=True), Column("adopted by", right=True)
    listed = table(rows, ("id", "name", right[0], "from", "to", "worked example", right[1]))
    text = blocks(listed or "No tariff has been published.", remark(any(one.worked_example for one in found)))
    return Answer([_json(one) for one in found], text)


@command(app, "show", example="tariff show 9c1e")
def show(
    session: Session,
    tariff: Annotated[
        str, typer.Argument(metavar="[ID]", help="The tariff's hash, or its first digits; all without it.")
    ] = "",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write it as .txt, .csv or .html instead.")
    ] = None,
) -> Answer:
    """One tariff, word for word; without an ID all of them, as `tariff list` does.

    `--out` writes it on paper: as text, as the CSV it could be published from, or as a page to print.
    """
    from rcc_tui.services import tariff_paper, tariffs

    if not tariff:
        if out is not None:
            raise UsageError("Which tariff?", hint="Give its hash, or the first digits of it.")
        return list_(session)
    view = tariffs.show(session.desk(), tariff)
    if out is not None:
        written = tariff_paper.write(tariff_paper.paper(session.desk(), tariff), out)
        return Answer({**_json(view), "file": str(written)}, f"Written to {written}.")
    text = blocks(_head(view), clean(view.text, newlines=True).strip())
    return Answer({**_json(view), "text": view.text}, text)


@command(app, "quote", example="tariff quote SL-7 --age 12 --sex F --risk self_harm=high --ratio 1:1")
def quote(
    session: Session,
    needs: NeedOptions,
    vacancy_id: Annotated[str, typer.Argument(metavar="[VACANCY]", help="The vacancy's id or ref.")] = "",
    vacancy: Annotated[str, typer.Option("--vacancy", metavar="ID", help="The same as an option.")] = "",
    request: Annotated[str, typer.Option("--request", metavar="ID", help="Quote for its needs.")] = "",
    start: Annotated[str, typer.Option("--start", help="The first day; today if not given.")] = "",
    extra: Annotated[
        list[str] | None, typer.Option("--extra", help="An extra of the tariff, as therapy or taxi:2.5.")
    ] = None,
) -> Answer:
    """What a place would cost by the tariff in force, with every step."""
    from rcc_tui.services import trades

    if not (place := vacancy_id or vacancy):
        raise UsageError("Say for which vacancy.", hint="Its id or ref.")
    desk = session.desk()
    wanted = wanted_needs(desk, needs, request)
    first = iso_day(start, desk.clock.today(), "--start") or desk.clock.today().isoformat()
    found = trades.quote(desk, place, wanted, start=first, extras=tuple(extra or ()))
    return Answer(_quote_json(found), _quote_text(found))


def wanted_needs(desk: Desk, options: NeedOptions, request: str) -> Needs:
    """The needs of a request with what was given put over them, or those the options alone make."""
    from rcc_tui.domain.needs import needs_from_json, needs_to_json

    if not request:
        if not {"age", "sex"} <= options.keys():
            raise UsageError("Say for whom: --request ID, or --age and --sex.")
        return options.needs(desk.clock.today())
    from rcc_tui.services import requests

    known = requests.show(desk, request).needs
    return needs_from_json(options.document(needs_to_json(known)), desk.clock.today())[0]


@command(app, "publish", example="tariff publish prices-2027.csv --version 2 --valid-from 2027-04-01")
def publish(
    session: Session,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The price list: TOML, or a CSV (see docs/trading.md).")
    ],
    name: Annotated[str, typer.Option("--name", help="Of a CSV: its name, instead of the file's.")] = "",
    version: Annotated[str, typer.Option("--version", help="Of a CSV: its version.")] = "",
    valid_from: Annotated[str, typer.Option("--valid-from", help="Of a CSV: the first day.")] = "",
    valid_to: Annotated[str, typer.Option("--valid-to", help="Of a CSV: the last day.")] = "",
) -> Answer:
    """The host publishes a price list; nobody is bound by it until they adopt it."""
    from rcc_tui.services import tariffs
    from rcc_tui.services.tariff_files import tariff_text

    desk = session.desk()
    today = desk.clock.today()
    given = {
        "name": name,
        "version": version,
        "valid_from": iso_day(valid_from, today, "--valid-from"),
        "valid_to": iso_day(valid_to, today, "--valid-to"),
    }
    text = tariff_text(file, {key: value for key, value in given.items() if value})
    view = tariffs.publish(desk, text)
    adopts = f"`rcc tariff adopt {short(view.id)} --from DAY`"
    return shown(view, f"Published. It binds nobody yet: each authority adopts it by {adopts}.")


@command(app, "adopt", example="tariff adopt 9c1e --from 2026-12-01")
def adopt(
    session: Session,
    tariff: TariffId,
    from_day: Annotated[str, typer.Option("--from", help="For placements from this day; else today.")] = "",
) -> Answer:
    """Our authority adopts a tariff: it is in force between any two that have."""
    from rcc_tui.services import tariffs

    desk = session.desk()
    today = desk.clock.today()
    first = iso_day(from_day or "today", today, "--from")
    view = tariffs.adopt(desk, tariff, first)
    return shown(view, f"Adopted from {day(first)}. `rcc tariff withdraw {short(view.id)}` takes it back.")


def shown(view: TariffView, done: str) -> Answer:
    """A tariff as the answer of a command: what was `done`, and what takes it back."""
    return Answer(_json(view), blocks(_head(view), done))


def _json(view: TariffView) -> dict[str, object]:
    return {
        "id": view.id,
        "name": view.name,
        "version": view.version,
        "valid_from": view.valid_from,
        "valid_to": view.valid_to,
        "worked_example": view.worked_example,
        "adopted_by": list(view.adopted_by),
        "adoptions": [asdict(one) for one in view.adoptions],
    }


def _head(view: TariffView) -> str:
    return fields(
        (
            ("tariff", view.id),
            ("name", f"{view.name}, version {view.version}"),
            ("valid from", day(view.valid_from)),
            ("valid to", day(view.valid_to)),
            ("note", remark(view.worked_example)),
            ("adopted by", ", ".join(view.adopted_by) or "nobody"),
            ("adoptions", "; ".join(_adoption(one) for one in view.adoptions)),
        )
    )


def _adoption(one: AdoptionView) -> str:
    return f"{one.authority} {one.days}"


def _quote_json(found: QuoteView) -> dict[str, object]:
    return {
        "tariff": found.tariff,
        "tariff_name": found.tariff_name,
        "worked_example": found.worked_example,
        "band": found.band,
        "steps": list(found.steps),
        "lines": [{"label": line.label, "pence": line.pence, "part": line.part} for line in found.lines],
        "weekly": found.weekly,
        "notice_days": found.notice_days,
        "notice": [asdict(one) for one in found.notice],
        "retainer_percent": found.retainer_percent,
        "retainer_weekly": found.retainer_weekly,
    }


def _quote_text(found: QuoteView) -> str:
    lines = [(line.label, pounds(line.pence)) for line in found.lines]
    rules = ", ".join(f"{one.days} days from {one.nights_from} nights" for one in found.notice)
    notice = f"notice {found.notice_days} days" + (f" (by length of stay: {rules})" if rules else "")
    kept = f"while kept open and empty {found.retainer_percent} %: {pounds(found.retainer_weekly)} a week"
    return blocks(
        clean(f"{found.tariff_name}, band {found.band}"),
        remark(found.worked_example),
        "\n".join(clean(step) for step in found.steps),
        table([*lines, ("a week", pounds(found.weekly))], ("line", Column("pounds", right=True))),
        "\n".join((notice, kept if found.retainer_percent else "no retainer while kept open and empty")),
    )


tariff_changes.add(app, shown)
