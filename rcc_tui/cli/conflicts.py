"""rcc conflicts …"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from rcc_tui.cli.answer import Answer
from rcc_tui.cli.command import command, noun
from rcc_tui.cli.options import RecordId
from rcc_tui.cli.output import day, short, table
from rcc_tui.cli.session import Session
from rcc_tui.domain.errors import UsageError

if TYPE_CHECKING:
    from rcc_tui.services.conflicts import ConflictView

app = noun("Conflicts: fields that two desks set apart from each other.")


@command(app, "list", example="conflicts list")
def list_(session: Session) -> Answer:
    """Every field in conflict, with all its values, who wrote them and when; * is the one shown meanwhile."""
    from rcc_tui.services import conflicts

    found = conflicts.listing(session.desk())
    return Answer([asdict(one) for one in found], _table(found) or "Nothing is in conflict.")


@command(app, "resolve", example="conflicts resolve 51ce accepting --take 2")
def resolve(
    session: Session,
    id: RecordId,
    field: Annotated[str, typer.Argument(metavar="FIELD", help="The field, as `list` shows it.")],
    take: Annotated[int, typer.Option("--take", metavar="N", help="Take the value of that number.")] = 0,
    value: Annotated[str | None, typer.Option("--value", metavar="V", help="Neither: this value.")] = None,
) -> Answer:
    """Settle a conflict by an ordinary act, which every desk will follow."""
    from rcc_tui.services import conflicts

    if bool(take) == (value is not None):
        raise UsageError("Give --take N or --value V.", hint="`rcc conflicts list` numbers the values.")
    done = conflicts.resolve(session.desk(followed=True), id, field, take=take, value=value)
    return Answer(asdict(done), f"{done.title}: {done.label} is {done.text}.")


def _table(found: tuple[ConflictView, ...]) -> str:
    rows = []
    for view in found:
        for number, one in enumerate(view.candidates, 1):
            first = number == 1
            rows.append(
                (
                    short(view.record) if first else "",
                    view.title if first else "",
                    view.field if first else "",
                    f"{number}{'*' if one.shown else ''}",
                    one.text,
                    f"{one.who} {one.desk}",
                    day(one.at),
                    view.why_not if first else "",
                )
            )
    return table(rows, ("id", "record", "field", "", "value", "by", "at", ""))
