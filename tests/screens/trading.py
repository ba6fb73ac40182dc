"""A region with something to trade: a tariff both go by, a place at Reading, a child of Oxfordshire."""

from __future__ import annotations

from pathlib import Path

from fixtures import worked_tariff_text
from rcc_tui.domain.needs import Needs
from rcc_tui.domain.vacancy import SettingFacts, VacancyFacts
from rcc_tui.services import places, requests, tariffs, trades
from rcc_tui.services.desk import Desk
from tests.region import TODAY, carry

SETTING = SettingFacts(
    ref="R-1",
    name="Thames House",
    provider="Reading Borough Council",
    authority="870",
    type="foster",
    place="U6",
    outcode="RG1",
    town="Reading",
    registered=3,
    occupied=1,
)
VACANCY = VacancyFacts(
    "R-1-1", 2, 8, 14, needs=("autism",), siblings=2, emergency=True, confirmed_on="2026-11-01"
)
CHILD = Needs(12, "F", needed_by="2026-12-03", home="OX1", needs=("autism",), risks=(("self_harm", "high"),))


def offer(region: dict[str, Desk]) -> str:
    """Reading offers a place that nobody confirmed for a month; returns its id."""
    setting = places.add_setting(region["870"], SETTING)
    return places.add(region["870"], setting.id, VACANCY).id


def with_tariff(region: dict[str, Desk]) -> str:
    """The host publishes the worked example; it and Oxfordshire adopt it. Returns the vacancy's id."""
    host, other = region["870"], region["931"]
    vacancy = offer(region)
    tariff = tariffs.publish(host, worked_tariff_text())
    tariffs.adopt(host, tariff.id, "2026-04-01")
    swap(host, other)
    tariffs.adopt(other, tariff.id, "2026-04-01")
    swap(other, host)
    return vacancy


def swap(sender: Desk, receiver: Desk) -> None:
    """Carry all that one desk knows and the other may hear."""
    folder = Path(sender.store.folder) / f"for-{receiver.code}"
    folder.mkdir(exist_ok=True)
    carry(sender, receiver, folder)


def trade_of(desk: Desk) -> str:
    """The id of the trade a desk heard of first."""
    return trades.listing(desk).rows[0].id


def proposed(region: dict[str, Desk]) -> None:
    """Oxfordshire proposes its child for Reading's place, and Reading has heard of it."""
    vacancy = with_tariff(region)
    other = region["931"]
    request = requests.add(other, CHILD)
    trades.propose(other, vacancy, start="2026-12-03", request=request.id)
    swap(other, region["870"])


def agreed(region: dict[str, Desk]) -> None:
    """And Reading accepts, of which Oxfordshire hears."""
    proposed(region)
    trades.accept(region["870"], trade_of(region["870"]))
    swap(region["870"], region["931"])


def begun(region: dict[str, Desk], on: str = TODAY) -> None:
    """And the child moves in, as both say."""
    agreed(region)
    for code in ("870", "931"):
        trades.start(region[code], trade_of(region[code]), on)
    swap(region["931"], region["870"])
