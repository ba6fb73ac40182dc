"""A store that knows a region's worth of places many times over, as a neighbour's desk holds it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import fixtures
from bench.made import region
from rcc_tui.acts import settings, vacancies
from rcc_tui.config import system_clock
from rcc_tui.demo.made_up import Maker
from rcc_tui.domain.needs import Needs
from rcc_tui.services import requests
from rcc_tui.services.desk import Desk
from rcc_tui.services.finder import attach, open_finder
from rcc_tui.services.syncing import export, take_in

SELLER, BUYER = "870", "931"
_REQUESTS = 20


def big_store(root: Path, count: int) -> Path:
    """The store of a desk that has heard of `count` places in all towns, and looks for twenty children,
    one of them tonight; its index saved, as after any day's work."""
    made = region(root / "region", (SELLER, BUYER), plain=(SELLER, BUYER))
    _offer(made[SELLER], count)
    (exported,) = export(made[SELLER], [BUYER], root / "out", unsealed=True)
    desk = made[BUYER]
    attach(desk)
    take_in(desk, [Path(exported.file)])
    for number in range(_REQUESTS):
        requests.add(
            desk,
            Needs(
                5 + number % 12, "FM"[number % 2], home="OX1", max_miles=20 + number, emergency=number == 0
            ),
        )
    open_finder(desk)
    for one in made.values():
        one.close()
    return root / "region" / BUYER


def _offer(desk: Desk, count: int) -> None:
    """Places like the demo's, in the towns of all authorities, every one of this desk's own."""
    authorities = fixtures.authorities()
    makers = [Maker(f"big:{one.code}", system_clock().today()).places(one, count) for one in authorities]
    with desk.writing() as writing:
        for number in range(count):
            made = next(makers[number % len(makers)])
            ref = f"{number:06d}"
            home = replace(made.setting, authority=desk.code, ref=ref)
            setting = writing.act("setting", settings.Open(home))
            writing.act("vacancy", vacancies.Open(setting.record, desk.code, replace(made.vacancy, ref=ref)))
