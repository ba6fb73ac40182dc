"""Making the region: members, keys, roll, tariff, places, requests and half a year of trades."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import fixtures
from rcc_tui.acts import children, requests, settings, tariffs, vacancies
from rcc_tui.config import Clock
from rcc_tui.demo.made_up import Maker
from rcc_tui.demo.trading import trade_for_half_a_year
from rcc_tui.domain.authorities import Authority
from rcc_tui.domain.errors import Refused
from rcc_tui.services import region as setup
from rcc_tui.services.desk import Desk, open_desk
from rcc_tui.services.finding import attach
from rcc_tui.services.syncing import export, take_in

Progress = Callable[[str, int, int], None]

NAME = "South East (made-up)"
HOST = "938"
HUBS = (("HUB-N", "Hub North", "N"), ("HUB-S", "Hub South", "S"))
REGION = "region"
_REQUESTS_EACH = 12


def stores(at: Path) -> dict[str, Path]:
    """The stores of a region made in `at`, by code."""
    codes = [*(authority.code for authority in fixtures.authorities()), *(code for code, *_ in HUBS)]
    return {code: at / code for code in codes}


def make(at: Path, *, vacancies: int, seed: int, progress: Progress) -> dict[str, Path]:
    """Make the region in `at`. Returns the stores by code. Raises Refused when `at` is not empty."""
    places = stores(at)
    if at.exists() and any(at.iterdir()):
        raise Refused(
            "There is something here already; a demonstration never overwrites anything.",
            where=str(at),
            hint="Choose another folder with --at, or take this one away.",
        )
    progress("keys and roll", 0, 6)
    roll = _enrol(at, places)
    desks = {code: open_desk(path) for code, path in places.items()}
    try:
        _fill(at, desks, roll, vacancies, seed, progress)
    finally:
        for desk in desks.values():
            desk.close()
    progress("done", 6, 6)
    return places


def _enrol(at: Path, places: dict[str, Path]) -> Path:
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
    for code, store in places.items():
        request = setup.init_desk(store, folder / "region.json", code, "placements")
        setup.enrol_desk(folder, request, folder / f"authority-{code}.key")
    setup.sign_draft(folder, folder / "root-1.key")
    setup.sign_draft(folder, folder / "root-2.key")
    return setup.publish_roll(folder)


def _fill(at: Path, desks: dict[str, Desk], roll: Path, count: int, seed: int, progress: Progress) -> None:
    with hurried(desks):
        for desk in desks.values():
            setup.adopt_roll(desk, roll)
            attach(desk)
        progress("tariff, places and requests", 1, 6)
        today = next(iter(desks.values())).clock.today()
        maker = Maker(seed, today)
        authorities = fixtures.authorities()
        _publish(desks[HOST])
        for number, authority in enumerate(authorities):
            share = count // len(authorities) + (number < count % len(authorities))
            _settle_in(desks[authority.code], authority, maker, share)
        progress("first exchange of bundles", 2, 6)
        pass_round(at, desks)
        progress("half a year of trades", 3, 6)
        trade_for_half_a_year(desks, seed, lambda: pass_round(at, desks), progress)
    for desk in desks.values():
        desk.clock = Clock()


@contextmanager
def hurried(desks: dict[str, Desk]) -> Iterator[None]:
    """Made-up data need not survive a power cut while it is being made; it is all written down at the end."""
    for desk in desks.values():
        desk.store.write.execute("PRAGMA synchronous=OFF")
    yield
    for desk in desks.values():
        desk.store.write.execute("PRAGMA synchronous=FULL")
        desk.store.write.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _publish(host: Desk) -> None:
    with host.writing() as writing:
        writing.act("tariff", tariffs.Publish(fixtures.worked_tariff_text()))


def _settle_in(desk: Desk, authority: Authority, maker: Maker, count: int) -> None:
    """One authority's places, children and requests, and its adoption of the tariff."""
    tariff = tariffs.tariff_hash(fixtures.worked_tariff_text())
    valid_from = fixtures.worked_tariff().valid_from
    with desk.writing() as writing:
        writing.act("adoption", tariffs.Adopt(tariff, valid_from))
        for made in maker.places(authority, count):
            setting = writing.act("setting", settings.Open(made.setting))
            writing.act("vacancy", vacancies.Open(setting.record, authority.code, made.vacancy))
        for asked in maker.requests(authority, _REQUESTS_EACH):
            writing.act("child", children.Open(asked.child))
            facts = requests.RequestFacts(asked.child.local_id, "", asked.officer, asked.entered_on)
            writing.act("request", requests.Open(asked.needs, facts))


def pass_round(at: Path, desks: dict[str, Desk], hub: str = "HUB-N") -> None:
    """Everybody hears everybody: all to one hub, the hub to all. The hub is a postman, not an author."""
    post = at / "post"
    others = [desk for code, desk in desks.items() if code != hub]
    for desk in others:
        _carry(desk, desks[hub], post)
    for desk in others:
        _carry(desks[hub], desk, post)
    post.rmdir()


def _carry(sender: Desk, reader: Desk, post: Path) -> None:
    for exported in export(sender, [reader.code], post):
        file = Path(exported.file)
        (result,) = take_in(reader, [file])
        if result.exit_code:
            raise Refused(f"{reader.code} could not take in a bundle of {sender.code}: {result.reason}")
        file.unlink()
