"""rcc erase"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from rcc_tui.cli.answer import Answer
from rcc_tui.cli.command import command, single
from rcc_tui.cli.output import clean, day, short, table
from rcc_tui.cli.session import Session
from rcc_tui.domain.errors import UsageError

if TYPE_CHECKING:
    from rcc_tui.services.erasing import Coverage

app = single()


@command(app, "erase", example='erase 3f9a --basis "retention ended"')
def erase(
    session: Session,
    id: Annotated[
        str, typer.Argument(help="The first digits of a record's id, or a child's local identifier.")
    ] = "",
    basis: Annotated[str, typer.Option("--basis", help="Why it may not be kept, in a line.")] = "",
) -> Answer:
    """Erase a record here and, through bundles, everywhere. Without an id: what was erased, who confirmed.

    A child's episodes, requests and referrals go with it. Trades stay: the ledger rests on them.
    """
    from rcc_tui.services import erasing

    desk = session.desk(followed=True)
    if not id:
        if basis:
            raise UsageError("Erase what?", where="id", hint="Give a record's id before --basis.")
        return _coverage(erasing.coverage(desk))
    found = erasing.targets(desk, id)
    what = ", ".join(f"{one.kind} {short(one.record)}" for one in found)
    session.confirm(f"Erase {what} for good, here and everywhere?")
    done = erasing.erase(desk, id, basis)
    document = {"erased": [asdict(one) for one in done]}
    said = [f"Erased {one.kind} {short(one.record)} ({one.audience})." for one in done]
    said.append("Others erase it when they take in your next bundle; `rcc erase` shows who has.")
    return Answer(document, clean("\n".join(said), newlines=True))


def _coverage(rows: Sequence[Coverage]) -> Answer:
    document = [asdict(one) for one in rows]
    if not rows:
        return Answer(document, "Nothing was erased.")
    lines = [
        (
            short(one.record),
            one.kind or "not heard of",
            one.audience,
            day(one.on),
            f"{one.confirmed} of {one.of}",
            " ".join(one.missing),
            one.basis,
        )
        for one in rows
    ]
    heads = ("record", "kind", "audience", "erased", "confirmed", "not yet", "basis")
    return Answer(document, table(lines, heads))
