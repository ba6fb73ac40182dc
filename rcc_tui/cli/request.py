"""rcc request …"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rcc_tui.cli import what_if
from rcc_tui.cli.answer import Answer
from rcc_tui.cli.command import command, noun
from rcc_tui.cli.given import NeedOptions
from rcc_tui.cli.history import history_json, history_text
from rcc_tui.cli.options import Limit, Offset, RecordId, read_object
from rcc_tui.cli.output import Column, blocks, cut, day, fields, short, table, yes
from rcc_tui.cli.session import Session
from rcc_tui.domain.errors import UsageError
from rcc_tui.domain.money import pounds
from rcc_tui.domain.needs import needs_from_json, needs_to_json

if TYPE_CHECKING:
    from rcc_tui.services.requests import RequestView

app = noun("Requests: children who need a place.")

From = Annotated[
    Path | None, typer.Option("--from", metavar="FILE", help="A request as a JSON file, or - to read it.")
]
Child = Annotated[
    str | None, typer.Option("--child", help="Your own identifier; never leaves the authority.")
]
Officer = Annotated[str | None, typer.Option("--officer", help="Who looks after the request.")]
Why = Annotated[str, typer.Option("--why", "--reason", help="Why.")]


@command(app, "add", example="request add --age 12 --sex F --siblings 2 --home SL1 --risk self_harm=high")
def add(
    session: Session, needs: NeedOptions, file: From = None, child: Child = None, officer: Officer = None
) -> Answer:
    """Log a request, from options, from a file, or from a file with options put over it."""
    from rcc_tui.services import requests

    if file is None and not {"age", "sex"} <= needs.keys():
        raise UsageError("A request needs --age and --sex.", hint="Or --from FILE.json.")
    document = needs.document(read_object(file) if file else None)
    if child is not None:
        document["child"] = child
    desk = session.desk()
    wanted, own = needs_from_json(document, desk.clock.today())
    view = requests.add(
        desk,
        wanted,
        child=own.get("child", ""),
        home_postcode=own.get("home_postcode", ""),
        officer=officer or "",
    )
    return _one(view)


@command(app, "edit", example="request edit 4f0a --needed-by friday --need autism")
def edit(
    session: Session,
    request: RecordId,
    needs: NeedOptions,
    file: From = None,
    child: Child = None,
    officer: Officer = None,
) -> Answer:
    """Change what was given; everything else stays."""
    from rcc_tui.services import requests

    desk = session.desk()
    before = requests.show(desk, request)
    document = {**needs_to_json(before.needs), **(read_object(file) if file else {})}
    document = needs.document(document)
    if child is not None:
        document["child"] = child
    wanted, own = needs_from_json(document, desk.clock.today())
    view = requests.edit(
        desk,
        before.id,
        wanted,
        child=own.get("child"),
        home_postcode=own.get("home_postcode"),
        officer=officer,
    )
    return _one(view)


@command(app, "list", example="request list --state open --limit 20")
def list_(
    session: Session,
    state: Annotated[str, typer.Option("--state", help="open, shortlisted, placed or withdrawn.")] = "",
    limit: Limit = 50,
    offset: Offset = 0,
) -> Answer:
    """All requests: open ones first, emergencies before the rest, then by the day a place is needed."""
    from rcc_tui.services import requests

    found = requests.listing(session.desk(), state=state, limit=limit, offset=offset)
    columns = (
        "id",
        "state",
        "urgency",
        "needed by",
        Column("age", right=True),
        "sex",
        "sib",
        "home",
        "needs",
    )
    rows = [
        (
            short(one.id),
            one.state,
            "EMERGENCY" if one.needs.emergency else one.urgency,
            day(one.needs.needed_by),
            str(one.needs.age),
            one.needs.sex,
            str(one.needs.siblings) if one.needs.siblings > 1 else "",
            one.needs.home,
            ", ".join(one.needs.needs),
        )
        for one in found.rows
    ]
    text = blocks(table(rows, columns) or "No requests.", cut(len(found.rows), found.total))
    return Answer([_json(one) for one in found.rows], text)


@command(app, "show", example="request show 4f0a")
def show(session: Session, request: RecordId) -> Answer:
    """One request with its history."""
    from rcc_tui.services import requests

    desk = session.desk()
    view = requests.show(desk, request)
    return Answer(
        {**_json(view), "history": history_json(desk, view.id)},
        blocks(_text(view), history_text(desk, view.id)),
    )


@command(app, "withdraw", example='request withdraw 4f0a --why "stays with an aunt"')
def withdraw(session: Session, request: RecordId, why: Why) -> Answer:
    """The child needs no place any more."""
    from rcc_tui.services import requests

    desk = session.desk()
    session.confirm(f"Withdraw request {short(requests.show(desk, request).id)}?")
    return _one(requests.withdraw(desk, request, why))


@command(app, "reopen", example='request reopen 4f0a --why "the place fell through"')
def reopen(session: Session, request: RecordId, why: Why) -> Answer:
    """Open a request again that was placed or withdrawn."""
    from rcc_tui.services import requests

    return _one(requests.reopen(session.desk(), request, why))


@command(app, "shortlist", example="request shortlist 4f0a 91bc")
def shortlist(
    session: Session,
    request: RecordId,
    vacancy: Annotated[str, typer.Argument(metavar="VACANCY", help="The vacancy's id or ref.")],
    off: Annotated[bool, typer.Option("--off", help="Take it off the shortlist again.")] = False,
) -> Answer:
    """Put a vacancy on the request's shortlist."""
    from rcc_tui.services import requests

    return _one(requests.shortlist(session.desk(), request, vacancy, on=not off))


@command(app, "place", example="request place 4f0a --trade 77d1")
def place(
    session: Session,
    request: RecordId,
    trade: Annotated[str, typer.Option("--trade", metavar="ID", help="The trade that gave the place.")] = "",
    how: Annotated[str, typer.Option("--how", help="How the child was placed, where not by a trade.")] = "",
) -> Answer:
    """The child has a place."""
    from rcc_tui.services import requests

    if not (trade or how):
        raise UsageError("Say by which --trade, or --how.", hint='For example --how "own foster carers".')
    return _one(requests.place(session.desk(), request, trade=trade, how=how))


def _one(view: RequestView) -> Answer:
    return Answer(_json(view), _text(view))


def _json(view: RequestView) -> dict[str, object]:
    return {
        "id": view.id,
        "state": view.state,
        **needs_to_json(view.needs),
        "child": view.child,
        "home_postcode": view.home_postcode,
        "officer": view.officer,
        "entered_on": view.entered_on,
        "urgency": view.urgency,
        "deadline": view.deadline,
        "shortlist": list(view.shortlist),
        "trade": view.trade,
        "closed_why": view.closed_why,
    }


def _text(view: RequestView) -> str:
    needs = view.needs
    suits = needs.suitability
    said = ((name, getattr(suits, name)) for name in ("foster", "residential", "supported"))
    return fields(
        (
            ("request", view.id),
            ("state", view.state),
            ("urgency", "EMERGENCY" if needs.emergency else view.urgency),
            ("deadline", day(view.deadline)),
            ("needed by", day(needs.needed_by)),
            ("child", view.child),
            ("age, sex", f"{needs.age} {needs.sex}"),
            ("siblings", str(needs.siblings) if needs.siblings > 1 else ""),
            ("stay", needs.stay),
            ("home", view.home_postcode or needs.home),
            ("within", f"{needs.max_miles} miles" if needs.max_miles else ""),
            ("suitability", ", ".join(f"{name} {how}" for name, how in said if how != "unspecified")),
            ("alongside", needs.alongside if needs.alongside != "any" else ""),
            ("needs", ", ".join(needs.needs)),
            ("communication", needs.communication),
            ("ratio", needs.ratio if needs.ratio != "unspecified" else ""),
            ("support", ", ".join(filter(None, (*needs.support, needs.support_other)))),
            ("risks", ", ".join(f"{risk} {level}" for risk, level in needs.risks)),
            ("deprivation of liberty", yes(needs.dol)),
            ("UASC", yes(needs.uasc)),
            ("legal status", needs.legal_status),
            ("category of need", needs.category),
            ("avoid", ", ".join(needs.avoid)),
            ("budget a week", pounds(needs.budget_weekly) if needs.budget_weekly else ""),
            ("shortlist", ", ".join(short(one) for one in view.shortlist)),
            ("trade", view.trade),
            ("closed", view.closed_why),
            ("officer", view.officer),
            ("entered on", day(view.entered_on)),
        )
    )


what_if.add(app)
