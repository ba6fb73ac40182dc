"""rcc region heads, revoke, leave: taking desks off the roll."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rcc_tui.cli.answer import Answer
from rcc_tui.cli.command import command
from rcc_tui.cli.output import SHORT_ID, Column, blocks, day, table
from rcc_tui.cli.session import Session, open_session
from rcc_tui.domain.errors import UsageError

if TYPE_CHECKING:
    from rcc_tui.services.region_files import HeadsFile
    from rcc_tui.services.revoking import Revoked

At = Annotated[Path, typer.Option("--at", metavar="DIR", help="The folder of the region.")]
Code = Annotated[str, typer.Argument(metavar="CODE", help="The member: DfE code, or HUB-N, HUB-S.")]
DeskName = Annotated[
    str, typer.Option("--desk", metavar="NAME", help="The desk: its name, or eight digits of its key.")
]
Known = Annotated[
    list[Path] | None,
    typer.Option(
        "--from",
        metavar="PATH",
        help="What knows its logs: a store, or a file of `rcc region heads`; several may be given.",
    ),
]
REGION = Path("region")


def add(app: typer.Typer) -> None:
    """Put these commands on the noun."""
    command(app, "heads", example="region heads 871 --desk placements --out heads-871.json")(heads)
    command(app, "revoke", example="region revoke 871 --desk placements --from hub --from heads-871.json")(
        revoke
    )
    command(app, "leave", example="region leave 871 --on 31/3/2027 --from hub")(leave)


def heads(
    session: Session,
    code: Code,
    name: DeskName,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The file to write.")],
) -> Answer:
    """Write how far this store holds the logs of a desk, for those who revoke it."""
    from rcc_tui.services.revoking import write_heads

    found = write_heads(session.desk(), code, name, out)
    document = {"code": code, "desk": found.key.hex(), "logs": len(found.heads), "file": str(out)}
    return Answer(document, f"{out}: {len(found.heads)} logs of desk {found.name} of {code}")


def revoke(
    session: Session,
    code: Code,
    name: DeskName,
    known: Known = None,
    void: Annotated[bool, typer.Option("--void", help="Let nothing count that the desk ever wrote.")] = False,
    at: At = REGION,
) -> Answer:
    """Take a desk off the draft; its logs end where the stores named hold them."""
    from rcc_tui.services import revoking

    if void and known:
        raise UsageError("--void and --from exclude each other.", hint="Give one of them.")
    heads = [] if void else _heads(session, known, code, [name])
    told = revoking.revoke(at, code, name, heads)
    return Answer(asdict(told), _text([told]))


def leave(
    session: Session,
    code: Code,
    on: Annotated[str, typer.Option("--on", metavar="DAY", help="The day it leaves.")],
    known: Known = None,
    at: At = REGION,
) -> Answer:
    """A member leaves: all its desks are taken off the draft, their logs end where they are held."""
    from rcc_tui.cli.options import iso_day
    from rcc_tui.config import system_clock
    from rcc_tui.services import revoking
    from rcc_tui.services.region_files import member_on, read_draft

    left = iso_day(on, system_clock().today(), "--on")
    desks = [seat.key.hex() for seat in member_on(read_draft(at), code).desks]
    told = revoking.leave(at, code, left, _heads(session, known, code, desks))
    return Answer([asdict(one) for one in told], _text(told))


def _heads(session: Session, known: list[Path] | None, code: str, desks: Sequence[str]) -> list[HeadsFile]:
    """What the stores and files named tell of some desks; the store of this session where none is named."""
    from rcc_tui.services.revoking import heads_from, heads_of

    if known:
        return heads_from(known, code, desks, open_session)
    return [heads_of(session.desk(), code, desk) for desk in desks]


def _text(told: Sequence[Revoked]) -> str:
    """What each cut leaves in; the rest counts for nothing."""
    parts = []
    for one in told:
        rows = [(end.audience, f"{end.seq + 1:,}", day(end.at), end.log[:SHORT_ID]) for end in one.ends]
        parts += [
            f"desk {one.name} of {one.code} is off the draft; sign and publish the roll next",
            table(rows, ("audience", Column("entries that count", right=True), "the last made", "log"))
            or "No log of it is named.",
        ]
    parts.append("What comes after, and every log of these desks not named here, counts for nothing.")
    return blocks(*parts)
