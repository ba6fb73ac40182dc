"""rcc log …"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from rcc_tui.cli.answer import Answer
from rcc_tui.cli.command import command, noun
from rcc_tui.cli.output import Column, day, short, table
from rcc_tui.cli.session import Session
from rcc_tui.domain.errors import NotFound

if TYPE_CHECKING:
    from rcc_tui.services.standing import LogView

app = noun("Logs: how far each counts, and upholding one that was cut.")
LogId = Annotated[str, typer.Argument(help="The first digits of a log's id.")]


@command(app, "list", example="log list --amiss")
def list_logs(
    session: Session,
    amiss: Annotated[
        bool, typer.Option("--amiss", help="Only those that do not count to their end.")
    ] = False,
) -> Answer:
    """Every log held here: whose it is, how many entries, how many of them count."""
    from rcc_tui.services import standing

    found = standing.logs(session.desk(), amiss=amiss)
    rows = [
        (short(one.log), one.code, one.desk, one.audience, f"{one.entries:,}", f"{one.counts:,}", one.why)
        for one in found
    ]
    heads = (
        "log",
        "of",
        "desk",
        "audience",
        Column("entries", right=True),
        Column("count", right=True),
        "why",
    )
    return Answer([asdict(one) for one in found], table(rows, heads) or "Every log counts to its end.")


@command(app, "show", example="log show 3f9a")
def show(session: Session, id: LogId) -> Answer:
    """One log, and where it might count to if it was cut."""
    from rcc_tui.services import standing

    found = [one for one in standing.logs(session.desk()) if one.log.startswith(id.strip().casefold())]
    if len(found) != 1:
        raise NotFound("There is no such log here.", where=id, hint="`rcc log list` shows them.")
    return _one(found[0])


@command(app, "uphold", example="log uphold 3f9a --entry 77c1")
def uphold(
    session: Session,
    id: LogId,
    entry: Annotated[str, typer.Option("--entry", help="The last entry that is to count.")],
) -> Answer:
    """Sign that a cut log counts up to an entry. After a fork a hub and the authority must name the same."""
    from rcc_tui.services import standing

    desk = session.desk(followed=True)
    session.confirm(f"Uphold log {id} up to entry {entry}?")
    return _one(standing.uphold(desk, id, entry))


def _one(view: LogView) -> Answer:
    said = [
        f"Log {short(view.log)} of {view.code}, {view.desk}, for {view.audience}:"
        f" {view.counts:,} of {view.entries:,} entries count{f' ({view.why})' if view.why else ''}."
    ]
    rows = [(short(one.entry), f"{one.seq:,}", day(one.at), " ".join(one.upheld_by)) for one in view.endings]
    if rows:
        said.append(table(rows, ("might end at", Column("place", right=True), "written", "upheld by")))
    return Answer(asdict(view), "\n".join(said))
