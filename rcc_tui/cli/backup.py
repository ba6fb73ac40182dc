"""rcc backup"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rcc_tui.cli.answer import Answer
from rcc_tui.cli.asking import new_asker
from rcc_tui.cli.command import command, single
from rcc_tui.cli.session import Session
from rcc_tui.config import passphrase

app = single()


@command(app, "backup", example="backup stick/slough.rccbackup")
def backup(
    session: Session, file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write.")]
) -> Answer:
    """Write the store and this desk's keys into one sealed file, and read it back.

    A passphrase opens it: RCC_PASSPHRASE, or one typed. Without a terminal, where the key is in a file, the
    key opens it: keep a copy of the key elsewhere.
    """
    from rcc_tui.services.backup import back_up
    from rcc_tui.services.secrets import check_new

    desk = session.desk()
    ask = new_asker()
    words = passphrase() or (ask() if ask is not None else "")
    made = back_up(desk, file, check_new(words) if words or ask is not None else "")
    document = {"file": made.file, "opened_by": made.opened_by, "entries": made.entries}
    return Answer(document, f"backed up to {made.file}; the {made.opened_by} opens it")
