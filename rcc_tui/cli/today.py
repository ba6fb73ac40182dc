"""rcc today"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from rcc_tui.cli.answer import Answer
from rcc_tui.cli.command import command, single
from rcc_tui.cli.output import day, short, table
from rcc_tui.cli.session import Session

if TYPE_CHECKING:
    from rcc_tui.services.today import Item

app = single()


@command(app, "today", example="today")
def today(session: Session) -> Answer:
    """What wants doing today: deadlines, answers owed, places to confirm, new places that fit a
    request, who has not been heard of."""
    from rcc_tui.services.noticing import notice
    from rcc_tui.services.today import today as items_of

    desk = session.desk(followed=True)
    notice(desk)
    items = items_of(desk)
    rows = [("!" if one.urgent else "", day(one.due), one.where, _id(one), one.text) for one in items]
    text = table(rows, ("", "due", "where", "id", "what")) or "Nothing wants doing."
    return Answer([asdict(one) for one in items], text)


def _id(one: Item) -> str:
    """The first digits of a record's id; a month of a pair is named in full."""
    return one.id if " " in one.id else short(one.id)
