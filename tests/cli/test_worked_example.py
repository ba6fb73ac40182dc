"""The worked tariff is no agreed price list, and every text and document that shows sums by it says so."""

from __future__ import annotations

import pytest

from rcc_tui.domain.worked_example import REMARK, remark
from tests.cli.conftest import BUYER, HUB, SELLER, Town
from tests.cli.test_reconcile import NOVEMBER, meet, running, stated

PAIR = ("--seller", SELLER, "--buyer", BUYER)
SHEET = "setting,from,to,amount\nHill House,03/11/2026,01/12/2026,{pounds}\n"


@pytest.fixture
def stating(market: Town) -> Town:
    """A placement of November by the worked tariff, stated by the seller."""
    running(market)
    stated(market)
    meet(market)
    return market


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (HUB, ("reconcile", "month", *NOVEMBER)),
        (HUB, ("reconcile", "pair", *PAIR, *NOVEMBER)),
        (BUYER, ("reconcile", "statement", "--with", SELLER, *NOVEMBER)),
        (BUYER, ("reconcile", "agree", "--with", SELLER, *NOVEMBER, "1")),
        (HUB, ("reconcile", "match", "SHEET", "--with", BUYER)),
    ],
)
def test_of_a_month(stating: Town, code: str, words: tuple[str, ...]) -> None:
    pounds = stating.told(SELLER, "ledger", *NOVEMBER)[0]["pence"] / 100
    sheet = stating.file("sheet.csv", SHEET.format(pounds=pounds))
    words = tuple(sheet if one == "SHEET" else one for one in words)
    assert REMARK in stating.at(code, *words).out
    assert stating.told(code, *words)["worked_example"] is True


def test_today_says_so_beside_the_amount(stating: Town) -> None:
    assert "(example)" in stating.at(BUYER, "today").out


def test_a_closed_month_still_names_the_tariff(stating: Town) -> None:
    before = stating.told(SELLER, "ledger", *NOVEMBER)[0]
    stating.told(BUYER, "reconcile", "agree", "--with", SELLER, *NOVEMBER)
    meet(stating)
    stating.told(HUB, "reconcile", "close", *PAIR, *NOVEMBER)
    for reader in (BUYER, SELLER):
        stating.carry(HUB, reader)
    stating.told(SELLER, "trade", "start", before["trade"], "--on", "2026-11-05")
    (closed,) = stating.told(SELLER, "ledger", *NOVEMBER)
    assert closed["tariff"] == before["tariff"] != ""
    assert closed["worked_example"] is True
    assert REMARK in stating.at(SELLER, "ledger", *NOVEMBER).out
    (correction,) = [one for one in stating.told(SELLER, "ledger") if one["corrects"]]
    assert (correction["tariff"], correction["pence"] < 0) == (before["tariff"], True)
    assert stating.told(HUB, "reconcile", "month", *NOVEMBER)["worked_example"] is True


def test_nothing_is_said_of_agreed_prices(market: Town) -> None:
    running(market, weekly="900.00", off_tariff="two carers")
    stated(market)
    text = market.at(SELLER, "reconcile", "month", *NOVEMBER).out
    assert "£3,600.00" in text
    assert "example" not in text.casefold()
    assert market.told(SELLER, "reconcile", "month", *NOVEMBER)["worked_example"] is False
    assert market.told(SELLER, "ledger")[0]["worked_example"] is False
    assert "example" not in market.at(BUYER, "today").out
    assert remark(False) == ""
