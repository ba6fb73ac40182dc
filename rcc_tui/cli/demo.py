"""rcc demo"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from rcc_tui.cli.answer import Answer
from rcc_tui.cli.command import command, single
from rcc_tui.cli.output import fields
from rcc_tui.cli.progress import Narrated
from rcc_tui.cli.session import OpenScreens, Session, is_terminal
from rcc_tui.config import default_store

app = single()

_OPENED = "870"
_FOLDER = "rcc-demo"


@command(app, "demo", example="demo --at region --no-open")
def demo(
    session: Session,
    vacancies: Annotated[int, typer.Option("--vacancies", metavar="N", min=1, help="How many places.")] = 400,
    seed: Annotated[int, typer.Option("--seed", metavar="S", help="Another number, another region.")] = 1,
    at: Annotated[Path | None, typer.Option("--at", metavar="DIR", help="Where to make it.")] = None,
    no_open: Annotated[bool, typer.Option("--no-open", help="Only make it, and say where.")] = False,
) -> Answer:
    """Make a whole made-up region: 19 authorities, 2 hubs, keys, roll, tariff, places, requests, trades.

    Opens the screens at one desk of it. Without a terminal it plays the whole job in plain text.
    """
    if no_open or session.json:
        stores = _make(session, at or _usual_place(), vacancies, seed)
        document = {"stores": {code: str(folder) for code, folder in stores.items()}}
        return Answer(document, fields((code, str(folder)) for code, folder in stores.items()))
    if is_terminal() and not session.in_batch:
        stores = _make(session, at or _usual_place(), vacancies, seed)
        raise OpenScreens(stores[_OPENED])
    if at is not None:
        return _play(session, at, vacancies, seed)
    with TemporaryDirectory(prefix="rcc-demo-") as folder:
        return _play(session, Path(folder) / "region", vacancies, seed)


def _usual_place() -> Path:
    """Beside this person's own store."""
    return default_store().parent / _FOLDER


def _make(session: Session, at: Path, vacancies: int, seed: int) -> dict[str, Path]:
    with Narrated(session) as progress:
        return session.load_demo().make(at, vacancies=vacancies, seed=seed, progress=progress)


def _play(session: Session, at: Path, vacancies: int, seed: int) -> Answer:
    _make(session, at, vacancies, seed)
    session.load_demo().play(at, session.say)
    return Answer(None)
