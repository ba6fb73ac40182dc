"""rcc digest"""

from __future__ import annotations

import re
from typing import Annotated

import typer

from rcc_tui.cli.answer import Answer
from rcc_tui.cli.command import command, single
from rcc_tui.cli.session import Session
from rcc_tui.domain.errors import UsageError

app = single()

_PAIR = re.compile(r"pair:([A-Za-z0-9-]+):([A-Za-z0-9-]+)")


@command(app, "digest", example="digest --audience pair:870:871")
def digest(
    session: Session,
    audience: Annotated[
        str, typer.Option("--audience", help="own, rcc, or pair:A:B with two members' codes.")
    ] = "rcc",
) -> Answer:
    """One hash of the visible tables of an audience: equal on every store that has heard the same."""
    from rcc_tui.services import directory

    pair = _PAIR.fullmatch(audience)
    if audience not in ("own", "rcc") and (pair is None or pair[1] == pair[2]):
        raise UsageError(
            f"“{audience}” is no audience.", where="--audience", hint="Give own, rcc or pair:870:871."
        )
    desk = session.desk()
    if pair is not None:
        for code in pair.groups():
            directory.must_know(desk, code)
    found = desk.digest(_audience(audience, desk.code))
    return Answer({"audience": audience, "digest": found}, f"{audience}  {found}")


def _audience(text: str, code: str) -> str:
    """The audience as entries name it."""
    from rcc_tui.acts import names

    match = _PAIR.fullmatch(text)
    if match:
        return names.pair(match[1], match[2])
    return names.own(code) if text == "own" else names.RCC
