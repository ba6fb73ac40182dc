"""rcc restore"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rcc_tui.cli.answer import Answer
from rcc_tui.cli.asking import asker
from rcc_tui.cli.command import command, single
from rcc_tui.cli.init import KeyFile, keeping_of
from rcc_tui.cli.output import day
from rcc_tui.cli.session import Session

app = single()


@command(app, "restore", example="restore stick/slough.rccbackup --store slough")
def restore(
    session: Session,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `rcc backup` wrote.")],
    key_file: KeyFile = False,
) -> Answer:
    """Make the store anew from a backup, where there is none.

    Its passphrase is in RCC_PASSPHRASE or typed; or RCC_KEY_FILE names the desk's key. What this desk signs
    from now on goes into new logs.
    """
    from rcc_tui.services import backup

    folder = session.folder
    made = backup.restore(file, folder, lambda: keeping_of(folder, key_file=key_file), ask=asker())
    session.tell("Take in the others' bundles now: what was signed after the backup comes back with them.")
    document = {
        "authority": made.code,
        "store": str(folder),
        "made": made.made,
        "encryption": made.encryption,
        "closed": made.closed,
    }
    return Answer(document, f"{made.code} as of {day(made.made)} restored in {folder}")
