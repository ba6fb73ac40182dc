"""rcc init"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rcc_tui.cli.answer import Answer
from rcc_tui.cli.command import command, single
from rcc_tui.cli.session import Session

app = single()


@command(app, "init", example="init --authority 871 --region region.json")
def init(
    session: Session,
    authority: Annotated[str, typer.Option("--authority", help="DfE code, or HUB-N, HUB-S.")],
    region: Annotated[
        Path, typer.Option("--region", metavar="FILE", help="The region's file: name and root keys.")
    ] = Path("region.json"),
    name: Annotated[str, typer.Option("--name", help="What this desk is called.")] = "placements",
) -> Answer:
    """Make this desk's key and empty store, and the file to hand in for enrolment."""
    from rcc_tui.services import region as setup

    request = setup.init_desk(session.folder, region, authority, name)
    session.tell("Hand the enrolment file in: rcc region enrol desk FILE --key AUTHORITY.key")
    document = {"authority": authority, "store": str(session.folder), "request": str(request)}
    return Answer(document, f"store made in {session.folder}; enrolment file: {request}")
