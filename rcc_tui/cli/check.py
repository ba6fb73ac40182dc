"""rcc check"""

from __future__ import annotations

from typing import Annotated

import typer

from rcc_tui.cli.answer import Answer
from rcc_tui.cli.command import command, single
from rcc_tui.cli.output import clean
from rcc_tui.cli.session import Session
from rcc_tui.domain.errors import IntegrityError

app = single()


@command(app, "check", example="check --deep")
def check(
    session: Session,
    deep: Annotated[bool, typer.Option("--deep", help="Also fold every log anew and compare.")] = False,
) -> Answer:
    """Verify every signature and chain, the digests and the database. Exits 3 when something is wrong."""
    from rcc_tui.services import syncing

    found = syncing.check(session.desk(), deep=deep)
    document = {"ok": found.ok, "entries": found.entries, "problems": list(found.problems)}
    said = [clean(problem) for problem in found.problems]
    said.append(f"{found.entries:,} entries checked: {'all is well' if found.ok else 'NOT well'}.")
    return Answer(document, "\n".join(said), 0 if found.ok else IntegrityError.exit_code)
