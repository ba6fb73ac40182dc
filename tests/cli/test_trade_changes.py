"""Changes while a trade runs: other terms, days kept open, who pays, short notice, the uplift."""

from __future__ import annotations

import pytest

import fixtures
from tests.cli.conftest import BUYER, SELLER, Town

CHILD = ("--age", "12", "--sex", "F", "--risk", "self_harm=high")


def agreed(town: Town, *more: str) -> str:
    """A trade both have agreed on, from 7 December; its id."""
    trade = town.told(BUYER, "trade", "propose", "--vacancy", "OX-1", "--start", "2026-12-07", *CHILD, *more)[
        "id"
    ]
    town.carry(BUYER, SELLER)
    town.told(SELLER, "trade", "accept", trade)
    town.carry(SELLER, BUYER)
    return str(trade)


def test_a_change_is_proposed_shown_and_accepted(market: Town) -> None:
    trade = agreed(market)
    before = market.told(BUYER, "trade", "show", trade)
    assert before["change"] is None
    assert "self-harm high +3" in before["steps"]
    words = ("trade", "change", trade, "--effective", "2026-12-20", "--extra", "therapy")
    changed = market.told(SELLER, *words, "--end", "2027-01-31")
    assert (changed["weekly"], changed["change"]["weekly"]) == (before["weekly"], before["weekly"] + 310_00)
    assert changed["change"]["proposer"] == SELLER
    market.carry(SELLER, BUYER)
    text = market.at(BUYER, "trade", "show", trade).out
    for said in ("change from", "20/12/2026", "as proposed", "therapy £310.00", "31/01/2027"):
        assert said in text, said
    accepted = market.told(BUYER, "trade", "accept", trade)
    assert (accepted["change"], len(accepted["versions"])) == (None, 2)
    assert (accepted["weekly"], accepted["end"]) == (before["weekly"] + 310_00, "2027-01-31")
    market.carry(BUYER, SELLER)
    shown = market.told(SELLER, "trade", "show", trade)
    assert [(one["nights"], one["weekly"]) for one in shown["charges"][:2]] == [
        (13, before["weekly"]),
        (12, before["weekly"] + 310_00),
    ]
    assert "version" in market.at(SELLER, "trade", "show", trade).out


def test_a_change_declined_and_one_taken_back(market: Town) -> None:
    trade = agreed(market)
    words = ("trade", "change", trade, "--effective", "2026-12-20", "--weekly", "990.00")
    refused = market.at(SELLER, *words, "--json")
    assert (refused.code, "off the tariff" in refused.document["error"]["message"]) == (1, True)
    market.told(SELLER, *words, "--off-tariff", "two carers", "--notice-days", "14")
    market.carry(SELLER, BUYER)
    assert market.told(BUYER, "trade", "decline", trade, "--reason", "terms")["change"] is None
    market.told(BUYER, "trade", "change", trade, "--effective", "2026-12-20", "--end", "2027-01-31")
    back = market.told(BUYER, "trade", "withdraw", trade)
    assert (back["change"], back["state"], len(back["versions"])) == (None, "agreed", 1)


def test_days_kept_open(market: Town) -> None:
    trade = agreed(market)
    kept = market.told(SELLER, "trade", "keep-open", trade, "2026-12-20..2027-01-03", "5 jan..7 jan 2027")
    assert kept["kept_seller"] == [["2026-12-20", "2027-01-03"], ["2027-01-05", "2027-01-07"]]
    assert (
        "20/12/2026 to 03/01/2027, 05/01/2027 to 07/01/2027 says 931"
        in market.at(SELLER, "trade", "show", trade).out
    )
    kinds = {one["kind"] for one in market.told(SELLER, "ledger")}
    assert kinds == {"care", "retainer"}
    assert market.told(SELLER, "trade", "keep-open", trade, "--none")["kept_seller"] == []


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("keep-open", "TRADE"), 2, "Which days?"),
        (("keep-open", "TRADE", "2026-12-20"), 2, "is not FROM..TO"),
        (("keep-open", "TRADE", "2026-12-20..2026-12-20"), 1, "is no night"),
        (("change", "TRADE", "--effective", "2026-12-20", "--extra", "x", "--no-extras"), 2, "--no-extras"),
        (("change", "TRADE", "--effective", "2026-12-01"), 1, "The terms begin on"),
        (("change", "TRADE", "--effective", "2026-12-20", "--end", "2026-12-01"), 1, "lies before the start"),
        (("change", "TRADE", "--effective", "2026-12-20", "--funder", "health"), 2, "is not NAME=POUNDS"),
        (("change", "TRADE", "--effective", "2026-12-20", "--funder", "health=1.234,50"), 1, "not an amount"),
        (("change", "TRADE", "--effective", "2026-12-20", "--funder", "health=(12.00)"), 1, "is below zero"),
        (("change", "TRADE", "--effective", "2026-12-20", "--funder", "health=12.00"), 1, "add up to £12.00"),
        (
            ("change", "TRADE", "--effective", "2026-12-20", "--funder", "luck=1", "--funder", "luck=2"),
            2,
            "twice",
        ),
        (("change", "TRADE", "--effective", "2026-12-20", "--funder", "luck=1"), 1, "no share of a funder"),
        (("end", "TRADE", "--on", "2026-12-09", "--reason", "CARPL"), 1, "has not started"),
        (("uplift", "--with", SELLER, "--effective", "2026-10-01"), 1, "No tariff is in force"),
        (("uplift", "--with", "999"), 1, "no member"),
    ],
)
def test_what_is_refused(market: Town, words: tuple[str, ...], code: int, said: str) -> None:
    trade = agreed(market)
    ran = market.at(BUYER, "trade", *(trade if word == "TRADE" else word for word in words), "--json")
    assert ran.code == code, ran
    assert said in ran.document["error"]["message"] + ran.document["error"]["where"]


def test_an_end_before_the_start_is_refused(market: Town) -> None:
    trade = agreed(market)
    market.told(BUYER, "trade", "start", trade, "--on", "2026-12-07")
    ran = market.at(BUYER, "trade", "end", trade, "--on", "2026-12-06", "--reason", "CARPL")
    assert (ran.code, "06/12/2026 lies before the start 07/12/2026" in ran.err) == (1, True)


def test_short_notice_is_said_and_not_refused(market: Town) -> None:
    trade = agreed(market)
    assert market.told(BUYER, "trade", "show", trade)["terms"]["notice_days"] == 7
    market.told(BUYER, "trade", "start", trade, "--on", "2026-12-07")
    given = market.told(BUYER, "trade", "notice", trade, "--ends", "2026-12-07")
    assert given["notice_on"] == "2026-12-07"
    assert given["warnings"] == [
        "The notice is 6 days; agreed are 7, to 08/12/2026. The charge goes to the day given."
    ]
    assert market.told(BUYER, "trade", "notice", trade, "--ends", "2026-12-08")["warnings"] == []
    assert (
        "Note: The notice is 6 days" in market.at(BUYER, "trade", "notice", trade, "--ends", "2026-12-07").out
    )


def test_an_unusual_price_is_said(market: Town) -> None:
    words = ("trade", "propose", "--vacancy", "OX-1", "--start", "2026-12-07", *CHILD)
    said = market.told(BUYER, *words, "--weekly", "99.00", "--off-tariff", "a gift")["warnings"]
    assert said == ["£99.00 a week is under £100.00."]


def test_the_uplift_is_proposed_for_each_trade_by_the_tariff(market: Town) -> None:
    first = agreed(market)
    second = agreed(market, "--weekly", "777.00", "--off-tariff", "by hand")
    skipped = market.told(BUYER, "trade", "uplift", "--with", SELLER)
    assert (skipped["effective"], skipped["proposed"]) == ("2027-04-01", [])
    assert {one["id"]: one["why"] for one in skipped["skipped"]} == {
        first: "These are the terms already agreed.",
        second: "off the tariff (by hand)",
    }
    text = fixtures.worked_tariff_text().replace("version = 1", "version = 2")
    text = text.replace('valid_from = "2025-04-01"', 'valid_from = "2027-04-01"').replace(
        '"715.00"', '"732.88"'
    )
    newer = market.told(BUYER, "tariff", "publish", market.file("newer.toml", text))["id"]
    market.carry(BUYER, SELLER)
    for code in (BUYER, SELLER):
        market.told(code, "tariff", "adopt", newer[:8], "--from", "2027-04-01")
    market.carry(SELLER, BUYER)
    done = market.told(BUYER, "trade", "uplift", "--with", SELLER)
    assert [one["id"] for one in done["proposed"]] == [first]
    assert [one["id"] for one in done["skipped"]] == [second]
    market.carry(BUYER, SELLER)
    waiting = market.told(SELLER, "trade", "show", first)
    assert (waiting["my_turn"], waiting["change"]["effective"]) == (True, "2027-04-01")
    assert waiting["change"]["tariff"] == newer
    again = market.at(BUYER, "trade", "uplift", "--with", SELLER).out
    assert "a change of it waits for an answer" in again
    assert "Proposed for 0 of 2 running trades." in again


def test_the_uplift_of_a_trade_by_telephone_keeps_its_band_and_its_funders_their_parts(market: Town) -> None:
    funded = ("--funder", "social care=615.00", "--funder", "health=100.00")
    words = ("--setting", "Elm House", "--place", "U6", "--start", "2026-12-07", *CHILD, "--ratio", "1:1")
    recorded = market.told(BUYER, "trade", "record", "--with", SELLER, *words, *funded)
    trade, price = recorded["id"], recorded["weekly"]
    market.carry(BUYER, SELLER)
    market.told(SELLER, "trade", "accept", trade)
    market.carry(SELLER, BUYER)
    text = market.told(BUYER, "tariff", "uplift", recorded["terms"]["tariff"], "--from", "2027-04-01")["text"]
    adopt_both(market, text)
    ran = market.at(BUYER, "trade", "uplift", "--with", SELLER, "--share", "health=30", "--json")
    assert (ran.code, ran.document["error"]["message"]) == (1, "The shares do not add up to 100 %.")
    (done,) = market.told(BUYER, "trade", "uplift", "--with", SELLER)["proposed"]
    assert (done["id"], done["new_weekly"] > price) == (trade, True)
    parts = {one["name"]: one["pence"] for one in done["funders"]}
    assert sum(parts.values()) == done["new_weekly"]
    assert abs(parts["health"] * price - 100_00 * done["new_weekly"]) < price
    market.carry(BUYER, SELLER)
    accepted = market.told(SELLER, "trade", "accept", trade)["versions"]
    assert [one["band"] for one in accepted] == ["Enhanced", "Enhanced"]
    assert accepted[0]["tariff"] != accepted[1]["tariff"]


def adopt_both(town: Town, text: str) -> None:
    """A new version of the tariff, published and adopted by both from 1 April on."""
    newer = town.told(BUYER, "tariff", "publish", town.file("next.toml", text))["id"]
    town.carry(BUYER, SELLER)
    for code in (BUYER, SELLER):
        town.told(code, "tariff", "adopt", newer[:8], "--from", "2027-04-01")
    town.carry(SELLER, BUYER)


def test_an_extra_of_a_trade_by_telephone_is_priced_by_its_tariff(market: Town) -> None:
    words = ("--setting", "Elm House", "--place", "U6", "--start", "2026-12-07", *CHILD)
    recorded = market.told(BUYER, "trade", "record", "--with", SELLER, *words)
    market.carry(BUYER, SELLER)
    market.told(SELLER, "trade", "accept", recorded["id"])
    asked = ("--effective", "2026-12-20", "--extra", "therapy")
    changed = market.told(SELLER, "trade", "change", recorded["id"], *asked)["change"]
    assert changed["weekly"] == recorded["weekly"] + 310_00
    assert changed["tariff"] == recorded["terms"]["tariff"]
    market.carry(SELLER, BUYER)
    assert market.told(BUYER, "trade", "accept", recorded["id"])["weekly"] == changed["weekly"]


def test_other_parts_for_those_who_fund(market: Town) -> None:
    trade = agreed(market)
    text = fixtures.worked_tariff_text().replace("version = 1", "version = 2").replace('"530.00"', '"543.25"')
    adopt_both(market, text)
    done = market.told(
        BUYER, "trade", "uplift", "--with", SELLER, "--share", "social care=66.67%", "--share", "health=33.33"
    )
    (one,) = done["proposed"]
    assert [part["name"] for part in one["funders"]] == ["social care", "health"]
    assert sum(part["pence"] for part in one["funders"]) == one["new_weekly"] == 543_25
    change = market.told(BUYER, "trade", "show", trade)["change"]
    assert (
        change["funders"]
        == one["funders"]
        == [
            {"name": "social care", "pence": 362_18},
            {"name": "health", "pence": 181_07},
        ]
    )
