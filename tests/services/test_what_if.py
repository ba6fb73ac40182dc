"""What a stay would cost where: to the penny what the ledger charges once it is agreed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rcc_tui.config import Clock
from rcc_tui.domain.errors import NotFound, Refused
from rcc_tui.domain.needs import Needs
from rcc_tui.domain.vacancy import VacancyFacts
from rcc_tui.services import ledger, requests, trades
from rcc_tui.services.desk import Desk
from rcc_tui.services.what_if import EXPECTED_NIGHTS, what_if, words
from tests.trading import BUYER, HUB, NEEDS, SELLER, carry, offer, settle, tariff_between


def asked(desk: Desk, needs: Needs, *vacancies: str) -> str:
    """A request with these places on its shortlist."""
    request = requests.add(desk, needs)
    for vacancy in vacancies:
        requests.shortlist(desk, request.id, vacancy)
    return request.id


@pytest.mark.parametrize("emergency", [False, True])
def test_the_total_is_what_the_ledger_charges(region: dict[str, Desk], box: Path, emergency: bool) -> None:
    buyer, seller = region[BUYER], region[SELLER]
    tariff_between(region, box)
    facts = VacancyFacts("OX-1", 1, 5, 17, emergency=True)
    vacancy = offer(seller, vacancy=facts)
    carry(region, box, SELLER)
    needs = replace(NEEDS, emergency=emergency)
    request = asked(buyer, needs, vacancy)
    found = what_if(buyer, request, start="2026-12-03", nights=40)
    (option,) = found.options
    assert (option.premium, option.premium_nights) == ((10_500, 7) if emergency else (0, 0))
    trade = trades.propose(buyer, vacancy, start="2026-12-03", end="2027-01-12", request=request)
    carry(region, box, BUYER)
    trades.accept(seller, trade.id)
    settle(region, box)
    for desk in (buyer, seller):
        trades.start(desk, trade.id, "2026-12-03")
    settle(region, box)
    charged = ledger.charges(buyer, trade.id)
    assert option.total == sum(one.pence for one in charged)
    assert [(one.month, one.pence) for one in option.charges] == [(one.month, one.pence) for one in charged]
    assert option.notice_days == trade.terms.notice_days
    assert option.weekly + option.premium == trade.weekly
    assert option.worked_example
    assert 0 < option.miles < 60


def test_places_without_a_price_say_why_and_come_last(region: dict[str, Desk], box: Path) -> None:
    buyer, seller = region[BUYER], region[SELLER]
    own = offer(buyer, ref="RD-1")
    priced = offer(seller, ref="OX-2", weekly=90_000)
    unpriced = offer(seller, ref="OX-3")
    carry(region, box, SELLER)
    found = what_if(buyer, asked(buyer, NEEDS, own, unpriced, priced), nights=14)
    first, *others = found.options
    assert (first.vacancy, first.why_not) == (priced, "")
    assert (first.total, first.source) == (180_000, "the place's own price")
    assert {one.why_not.partition(" ")[0] for one in others} == {"our", "no"}
    assert all(one.total == 0 for one in others)


def test_the_days_reckoned_with(region: dict[str, Desk]) -> None:
    desk = region[BUYER]
    for stay, nights in EXPECTED_NIGHTS.items():
        found = what_if(desk, asked(desk, replace(NEEDS, stay=stay)))
        assert (found.nights, found.assumed, found.start) == (nights, True, "2026-12-03")
        assert f"assumed: a {stay} stay" in words(found)
    given = what_if(desk, asked(desk, NEEDS), start="2026-12-10", end="2026-12-24", nights=3)
    assert (given.nights, given.assumed) == (14, False)
    assert words(given) == "10/12/2026 up to 24/12/2026, 14 nights"
    late = asked(desk, NEEDS)
    desk.clock = Clock(frozen=desk.clock.today().replace(day=20))
    assert what_if(desk, late).start == "2026-12-20"


@pytest.mark.parametrize(
    ("nights", "end", "said"),
    [
        (-1, "", "A stay of -1 nights."),
        (99_999, "", "A stay of 99999 nights."),
        (0, "2026-12-03", "The stay begins on 03/12/2026: 03/12/2026 is not after it."),
        (0, "2026-12-01", "The stay begins on 03/12/2026: 01/12/2026 is not after it."),
    ],
)
def test_a_stay_of_no_nights(region: dict[str, Desk], nights: int, end: str, said: str) -> None:
    desk = region[BUYER]
    with pytest.raises(Refused) as refused:
        what_if(desk, asked(desk, NEEDS), nights=nights, end=end)
    assert refused.value.message == said


def test_of_places_that_cost_the_same_the_nearest_comes_first(region: dict[str, Desk], box: Path) -> None:
    buyer, seller = region[BUYER], region[SELLER]
    offered = [
        offer(seller, ref=f"far-{outcode}", weekly=90_000, outcode=outcode)
        for outcode in ("OX16", "OX4", "RG9", "OX28")
    ]
    carry(region, box, SELLER)
    found = what_if(buyer, asked(buyer, NEEDS, *offered), nights=14)
    miles = [one.miles for one in found.options]
    assert miles == sorted(miles)
    assert len(set(miles)) == 4


def test_no_such_request(region: dict[str, Desk]) -> None:
    with pytest.raises(NotFound):
        what_if(region[HUB], "ab" * 16)
