"""A store of Reading's in which both of its desks have changed the same fields apart."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from textual.pilot import Pilot

from rcc_tui.app import RccApp
from rcc_tui.config import KEY_FILE
from rcc_tui.services import places
from rcc_tui.services.desk import Desk
from rcc_tui.sync.keys import write_key
from tests.region import carry, close_all, member_of, open_at, seat, signed_roll
from tests.screens.store import CLOCK, settle
from tests.trading import offer

SEATS = (seat("870"), seat("870", 2))
Apart = Callable[[Desk, Desk, Path], str]


def two_edits(one: Desk, two: Desk, folder: Path) -> str:
    """A vacancy whose oldest age both have changed, to 15 and to 16; its id."""
    vacancy = offer(one, accepting=2)
    carry(one, two, folder)
    facts = places.show(one, vacancy).place.vacancy
    places.edit(one, vacancy, replace(facts, age_max=15))
    places.edit(two, vacancy, replace(facts, age_max=16))
    return vacancy


def make_quarrel(folder: Path, apart: Apart = two_edits) -> str:
    """Stores `one` and `two` in a folder, each having heard the other; what `apart` returns."""
    signed = signed_roll(
        [member_of("870", SEATS, host=True), *(member_of(code, [seat(code)]) for code in ("931", "HUB-N"))]
    )
    desks = {name: open_at(folder / name, of, signed) for name, of in zip(("one", "two"), SEATS, strict=True)}
    try:
        record = apart(desks["one"], desks["two"], folder)
        carry(desks["one"], desks["two"], folder)
        carry(desks["two"], desks["one"], folder)
    finally:
        close_all(desks)
    for name, of in zip(("one", "two"), SEATS, strict=True):
        write_key(folder / name / KEY_FILE, of.desk, kind="desk", name=name)
    return record


@asynccontextmanager
async def app_in_quarrel(
    folder: Path, apart: Apart = two_edits, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[RccApp, Pilot[None], str]]:
    """The application at the first of both desks, and what `apart` returned."""
    record = make_quarrel(folder, apart)
    app = RccApp(folder / "one", CLOCK)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        yield app, pilot, record
