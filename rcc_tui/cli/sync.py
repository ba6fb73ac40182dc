"""rcc sync"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rcc_tui.cli.answer import Answer
from rcc_tui.cli.bundle import exported_json, exported_table, result_json, results_text, worst
from rcc_tui.cli.command import command, single
from rcc_tui.cli.output import blocks, clean
from rcc_tui.cli.progress import Narrated
from rcc_tui.cli.session import Session

if TYPE_CHECKING:
    from rcc_tui.services.mailbox import Unsent

app = single()


@command(app, "sync", example="sync --mailbox /media/stick/rcc")
def sync(
    session: Session,
    mailbox: Annotated[Path, typer.Option("--mailbox", metavar="DIR", help="A folder all can reach.")],
) -> Answer:
    """Take in what lies in a shared folder and leave there what each of the others lacks."""
    from rcc_tui.services import mailbox as box

    desk = session.desk(followed=True)
    with Narrated(session) as progress:
        done = box.sync(desk, mailbox, progress)
    document = {
        "sent": exported_json(done.sent),
        "received": [result_json(one) for one in done.received],
        "unsent": [{"to": one.to, "reason": one.reason} for one in done.unsent],
    }
    text = blocks(results_text(done.received), exported_table(done.sent), _unsent_text(done.unsent))
    code = max(worst(done.received), *(one.exit_code for one in done.unsent), 0)
    return Answer(document, text or "Nothing new either way.", code)


def _unsent_text(unsent: Sequence[Unsent]) -> str:
    """For whom nothing could be left, those with the same reason together."""
    by_reason: dict[str, list[str]] = {}
    for one in unsent:
        by_reason.setdefault(one.reason, []).append(one.to)
    lines = [f"Nothing was left for {', '.join(codes)}: {reason}" for reason, codes in by_reason.items()]
    return "\n".join(clean(line) for line in lines)
