"""A placement that ran all November, and bundles carried between the desks of a region that is closed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from textual.pilot import Pilot

from rcc_tui.app import RccApp
from rcc_tui.services import requests, trades
from rcc_tui.services.desk import Desk, open_desk
from tests.screens.store import CLOCK, settle
from tests.screens.trading import CHILD, swap, trade_of, with_tariff

NOVEMBER = "2026-11"
SELLER, BUYER, HUB = "870", "931", "HUB-N"


def running(region: dict[str, Desk]) -> None:
    """Oxfordshire's child has been at Reading's since 3 November, as both say, and the hub has heard."""
    vacancy = with_tariff(region)
    seller, buyer = region[SELLER], region[BUYER]
    request = requests.add(buyer, CHILD)
    trades.propose(buyer, vacancy, start="2026-11-03", request=request.id)
    swap(buyer, seller)
    trades.accept(seller, trade_of(seller))
    swap(seller, buyer)
    for desk in (seller, buyer):
        trades.start(desk, trade_of(desk), "2026-11-03")
    tell_all(region)


def differing(region: dict[str, Desk]) -> None:
    """And Oxfordshire says that it began two days later."""
    running(region)
    trades.start(region[BUYER], trade_of(region[BUYER]), "2026-11-05")
    tell_all(region)


def tell_all(region: dict[str, Desk]) -> None:
    """Carry everything to everybody."""
    for _ in range(2):
        for sender in region.values():
            for receiver in region.values():
                if sender is not receiver:
                    swap(sender, receiver)


def exchange(folder: Path, *codes: str) -> None:
    """Carry everything between the desks of a region that nobody has open."""
    desks = {code: open_desk(folder / code, clock=CLOCK) for code in codes}
    try:
        tell_all(desks)
    finally:
        for desk in desks.values():
            desk.close()


@asynccontextmanager
async def app_on(
    folder: Path, code: str, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[RccApp, Pilot[None]]]:
    """The application at one desk of a region that was made before."""
    app = RccApp(folder / code, CLOCK)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        yield app, pilot
