"""What tests of trades start from: a tariff both have adopted, a place on offer, bundles carried about."""

from __future__ import annotations

from pathlib import Path

import fixtures
from rcc_tui.acts import names
from rcc_tui.acts.kind import Act
from rcc_tui.domain.needs import Needs
from rcc_tui.domain.vacancy import SettingFacts, VacancyFacts
from rcc_tui.services import places, tariffs, trades
from rcc_tui.services.desk import Desk, Done
from rcc_tui.services.syncing import export, take_in
from rcc_tui.services.trades import TradeView

BUYER, SELLER, HUB = "870", "931", "HUB-N"
PAIR = names.pair(BUYER, SELLER)
NEEDS = Needs(age=12, sex="F", needed_by="2026-12-03", home="RG1")


def carry(desks: dict[str, Desk], folder: Path, *codes: str) -> None:
    """Every desk (or those named) writes bundles for all others, then each takes in what is for it."""
    makers = codes or tuple(desks)
    for code in makers:
        for file in export(desks[code], ["all"], folder):
            reader = desks.get(file.to)
            if reader is not None:
                (result,) = take_in(reader, [Path(file.file)])
                assert result.result in ("ok", "known"), result.reason


def settle(desks: dict[str, Desk], folder: Path) -> None:
    """Carry bundles until everybody has heard what anybody did on hearing the last of it."""
    for _ in range(3):
        carry(desks, folder)


def offer(
    seller: Desk,
    *,
    accepting: int = 1,
    weekly: int = 0,
    ref: str = "OX-1",
    vacancy: VacancyFacts | None = None,
    outcode: str = "OX4",
) -> str:
    """A foster household of the seller's with places on offer; the vacancy's id."""
    home = places.add_setting(
        seller,
        SettingFacts(
            ref=f"H-{ref}",
            name="Willow Lodge",
            provider="County fostering",
            authority=seller.code,
            type="foster",
            place="U6",
            outcode=outcode,
            town="Oxford",
            registered=9,
        ),
    )
    facts = vacancy or VacancyFacts(
        ref=ref, accepting=accepting, age_min=5, age_max=17, weekly=weekly, siblings=3
    )
    return places.add(seller, home.id, facts).id


def tariff_between(desks: dict[str, Desk], folder: Path, *codes: str, from_day: str = "2026-04-01") -> str:
    """The worked example, published by the host and adopted by the authorities named; its hash."""
    published = tariffs.publish(desks[BUYER], fixtures.worked_tariff_text())
    carry(desks, folder, BUYER)
    for code in codes or (BUYER, SELLER):
        tariffs.adopt(desks[code], published.id, from_day)
    carry(desks, folder)
    return published.id


def proposed(
    desks: dict[str, Desk], folder: Path, *, start: str = "2026-12-03", accepting: int = 1
) -> TradeView:
    """A proposal by the tariff that the seller has heard."""
    tariff_between(desks, folder)
    vacancy = offer(desks[SELLER], accepting=accepting)
    carry(desks, folder, SELLER)
    trade = trades.propose(desks[BUYER], vacancy, start=start, needs=NEEDS)
    carry(desks, folder, BUYER)
    return trade


def digests(desks: dict[str, Desk]) -> set[tuple[str, str]]:
    """What the desks say the region and the pair add up to: one value when they agree."""
    return {(desk.digest("rcc"), desk.digest(PAIR)) for desk in desks.values()}


def sign(desk: Desk, act: Act, record: str = "") -> Done:
    """Sign an act of a trade past the services, as another program could."""
    with desk.writing() as w:
        return w.act("trade", act, record=record, audience=PAIR)
