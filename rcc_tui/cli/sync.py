"""rcc sync"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rcc_tui.cli.answer import Answer
from rcc_tui.cli.bundle import exported_json, exported_table, result_json, results_text, worst
from rcc_tui.cli.command import command, single
from rcc_tui.cli.output import blocks
from rcc_tui.cli.progress import Narrated
from rcc_tui.cli.session import Session

app = single()


@command(app, "sync", example="sync --mailbox /media/stick/rcc")
def sync(
    session: Session,
    mailbox: Annotated[Path, typer.Option("--mailbox", metavar="DIR", help="A folder all can reach.")],
) -> Answer:
    """Take in what lies in a shared folder and leave there what each of the others lacks."""
    from rcc_tui.services import syncing

    desk = session.desk(followed=True)
    with Narrated(session) as progress:
        done = syncing.sync(desk, mailbox, progress)
    document = {
        "sent": exported_json(done.sent),
        "received": [result_json(one) for one in done.received],
    }
    text = blocks(results_text(done.received), exported_table(done.sent)) or "Nothing new either way."
    return Answer(document, text, worst(done.received))
