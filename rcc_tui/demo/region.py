"""Making the region: members, keys, roll, tariff, places, requests and half a year of trades."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import fixtures
from rcc_tui.acts import children, requests, settings, tariffs, vacancies
from rcc_tui.demo.made_up import Maker
from rcc_tui.demo.trading import Half
from rcc_tui.demo.workshop import Workshop
from rcc_tui.domain.authorities import Authority
from rcc_tui.domain.errors import Refused
from rcc_tui.services import region as setup
from rcc_tui.services.desk import Desk

Progress = Callable[[str, int, int], None]

NAME = "South East (made-up)"
HOST = "938"
HUBS = (("HUB-N", "Hub North", "N"), ("HUB-S", "Hub South", "S"))
REGION = "region"
_REQUESTS_EACH = 12
# Says what was asked for, once all of it is there.
_MADE = "made.json"
_STEPS = 8


def stores(at: Path) -> dict[str, Path]:
    """The stores of a region made in `at`, by code."""
    codes = [*(authority.code for authority in fixtures.authorities()), *(code for code, *_ in HUBS)]
    return {code: at / code for code in codes}


def make(at: Path, *, vacancies: int, seed: int, progress: Progress) -> dict[str, Path]:
    """Make the region in `at`. Returns the stores by code. One made so before is left as it is by now.

    Raises Refused when something else lies in `at`. What cannot be finished is taken away again.
    """
    places = stores(at)
    asked = json.dumps({"vacancies": vacancies, "seed": seed})
    if (at / _MADE).is_file() and (at / _MADE).read_text(encoding="utf-8") == asked:
        return places
    if at.exists() and (not at.is_dir() or any(at.iterdir())):
        raise Refused(
            "There is something here already; a demonstration never overwrites anything.",
            where=str(at),
            hint="Choose another folder with --at, or take this one away.",
        )
    try:
        _make(at, places, vacancies, seed, progress)
        (at / _MADE).write_text(asked, encoding="utf-8")
    except BaseException:
        shutil.rmtree(at, ignore_errors=True)
        raise
    return places


def _make(at: Path, places: dict[str, Path], vacancies: int, seed: int, progress: Progress) -> None:
    progress("keys and roll", 0, _STEPS)
    authorities = fixtures.authorities()
    shares = {
        authority.code: vacancies // len(authorities) + (number < vacancies % len(authorities))
        for number, authority in enumerate(authorities)
    }
    with Workshop(at, places, post="HUB-N") as workshop:
        roll = _enrol(at, workshop)
        progress("tariff, places and requests", 1, _STEPS)
        workshop.each(_settle_in, {code: (roll, seed, shares.get(code, 0)) for code in places})
        progress("first exchange of bundles", 2, _STEPS)
        workshop.exchange()
        progress("half a year of proposals", 3, _STEPS)
        half = Half.planned(workshop, seed)
        half.propose(workshop)
        progress("second exchange of bundles", 4, _STEPS)
        workshop.exchange()
        progress("answers, starts and endings", 5, _STEPS)
        half.answer(workshop)
        progress("third exchange of bundles", 6, _STEPS)
        workshop.exchange()
        half.live(workshop)
        progress("last exchange of bundles", 7, _STEPS)
        workshop.exchange()
    progress("done", _STEPS, _STEPS)


def _enrol(at: Path, workshop: Workshop) -> Path:
    """Root keys, a key for each member, a desk for each, and roll 1 signed by two of three."""
    folder = at / REGION
    setup.init_region(folder, NAME)
    for authority in fixtures.authorities():
        setup.enrol_authority(
            folder,
            authority.code,
            authority.name,
            gss=authority.gss,
            hub=authority.hub,
            trust=authority.trust,
            host=authority.code == HOST,
            joined="2025-04-01",
        )
    for code, name, hub in HUBS:
        setup.enrol_authority(folder, code, name, hub=hub, role="hub", joined="2025-04-01")
    asked = workshop.found(folder / "region.json")
    for code, request in asked.items():
        setup.enrol_desk(folder, request, folder / f"authority-{code}.key")
    setup.sign_draft(folder, folder / "root-1.key")
    setup.sign_draft(folder, folder / "root-2.key")
    return setup.publish_roll(folder)


def _settle_in(desk: Desk, roll: Path, seed: int, count: int) -> None:
    """The roll, and an authority's places, children, requests and its adoption of the tariff."""
    setup.adopt_roll(desk, roll)
    if desk.role == "authority":
        authority = next(one for one in fixtures.authorities() if one.code == desk.code)
        _offer(desk, authority, Maker(f"{seed}:{desk.code}", desk.clock.today()), count)


def _offer(desk: Desk, authority: Authority, maker: Maker, count: int) -> None:
    text = fixtures.worked_tariff_text()
    valid_from = fixtures.worked_tariff().valid_from
    with desk.writing() as writing:
        if authority.code == HOST:
            writing.act("tariff", tariffs.Publish(text))
        writing.act("adoption", tariffs.Adopt(tariffs.tariff_hash(text), valid_from))
        for made in maker.places(authority, count):
            setting = writing.act("setting", settings.Open(made.setting))
            writing.act("vacancy", vacancies.Open(setting.record, authority.code, made.vacancy))
        for asked in maker.requests(authority, _REQUESTS_EACH):
            writing.act("child", children.Open(asked.child))
            facts = requests.RequestFacts(asked.child.local_id, "", asked.officer, asked.entered_on)
            writing.act("request", requests.Open(asked.needs, facts))
