"""A trade from the proposal to its charges, by commands alone."""

from __future__ import annotations

import pytest

from tests.cli.conftest import BUYER, CHILD, HUB, SELLER, Town

KEYS = {
    *("id", "state", "buyer", "seller", "terms_hash", "weekly", "lines", "start", "end", "signed_by"),
    *("setting", "buyer_name", "seller_name", "flags"),
}


def propose(town: Town) -> str:
    """Reading proposes for a request of its own; the trade's id at both desks."""
    request = town.told(BUYER, "request", "add", *CHILD)["id"]
    trade = town.told(
        BUYER, "trade", "propose", "--vacancy", "OX-1", "--request", request[:8], "--start", "2026-12-07"
    )
    town.carry(BUYER, SELLER)
    return str(trade["id"])


def test_the_whole_way_of_a_trade(market: Town) -> None:
    trade = propose(market)
    proposed = market.told(SELLER, "trade", "show", trade[:8])
    assert proposed.keys() >= KEYS
    assert (proposed["state"], proposed["my_turn"], proposed["signed_by"]) == ("proposed", True, [BUYER])
    assert sum(line["pence"] for line in proposed["lines"]) == proposed["weekly"] > 0

    agreed = market.told(SELLER, "trade", "accept", trade[:8])
    assert (agreed["state"], sorted(agreed["signed_by"])) == ("agreed", [BUYER, SELLER])
    assert agreed["terms_hash"] == proposed["terms_hash"]
    market.carry(SELLER, BUYER)

    for code in (BUYER, SELLER):
        market.told(code, "trade", "start", trade, "--on", "2026-12-07")
    market.told(BUYER, "trade", "notice", trade, "--ends", "4 jan 2027")
    market.carry(BUYER, SELLER)
    for code in (BUYER, SELLER):
        ended = market.told(code, "trade", "end", trade, "--on", "2027-01-04", "--reason", "CARPL")
        assert (ended["state"], ended["end_reason"]) == ("ended", "CARPL")
    market.carry(SELLER, BUYER)
    market.carry(BUYER, SELLER)

    ours, theirs = (market.told(code, "ledger") for code in (BUYER, SELLER))
    assert ours == theirs
    assert [(one["month"], one["nights"]) for one in ours if one["kind"] == "care"] == [
        ("2026-12", 25),
        ("2027-01", 3),
    ]
    assert market.told(BUYER, "ledger", "--month", "2027-01", "--with", SELLER) == ours[-1:]
    assert market.told(BUYER, "request", "list")[0]["state"] == "placed"


def test_each_act_says_what_it_did_and_what_takes_it_back(market: Town) -> None:
    trade = propose(market)
    short = trade[:8]

    def last(code: str, *words: str) -> str:
        ran = market.at(code, "trade", *words)
        assert ran.code == 0, ran
        return ran.out.strip().splitlines()[-1]

    accepted = last(SELLER, "accept", short, "--yes")
    assert accepted == f"Agreed with Reading. `rcc trade dispute {short} --what WORDS` disputes it."
    market.carry(SELLER, BUYER)
    back = f"`rcc trade start {short} --on DAY` states another day."
    assert last(BUYER, "start", short, "--on", "2026-12-07") == f"Begun on 07/12/2026. {back}"
    shown = market.at(BUYER, "trade", "show", short).out
    assert "answer by" not in shown, "it has been answered"
    changed = last(SELLER, "change", short, "--effective", "2026-12-20", "--notice-days", "9")
    said = f"Change proposed to Reading, from 20/12/2026. `rcc trade withdraw {short}` takes it back."
    assert changed == said
    assert last(SELLER, "withdraw", short) == "Withdrawn: the agreed terms stay."


def test_a_day_to_come_is_warned_of_and_days_that_differ_are_said(market: Town) -> None:
    trade = propose(market)
    market.told(SELLER, "trade", "accept", trade)
    market.carry(SELLER, BUYER)
    begun = market.at(BUYER, "trade", "start", trade, "--on", "2026-12-07")
    assert "Note: 07/12/2026 has not come yet" in begun.out
    market.carry(BUYER, SELLER)
    begun = market.at(SELLER, "trade", "start", trade, "--on", "2026-12-08")
    assert "07/12/2026 says 870, 08/12/2026 says 931; they differ" in begun.out


def test_a_trade_reads_as_text(market: Town) -> None:
    trade = propose(market)
    listed = market.at(SELLER, "trade", "list", "--state", "proposed")
    assert listed.code == 0
    assert "» " in listed.out
    assert trade[:8] in listed.out
    shown = market.at(SELLER, "trade", "show", trade[:8])
    assert "07/12/2026" in shown.out
    assert "£" in shown.out
    assert "proposed" in shown.out


def test_a_refusal_says_why(market: Town) -> None:
    trade = propose(market)
    ran = market.at(BUYER, "trade", "accept", trade, "--json")
    assert ran.code == 1
    assert ran.document["error"].keys() == {"code", "message", "where", "hint"}
    declined = market.told(SELLER, "trade", "decline", trade, "--reason", "staffing")
    assert declined["state"] == "declined"


def test_counter_and_withdraw(market: Town) -> None:
    trade = propose(market)
    assert market.at(SELLER, "trade", "counter", trade).code == 2
    countered = market.told(
        SELLER, "trade", "counter", trade, "--weekly", "£1,980.00", "--off-tariff", "two carers needed"
    )
    assert (countered["weekly"], countered["flags"]) == (198_000, ["off-tariff"])
    assert market.told(SELLER, "trade", "withdraw", trade)["state"] == "withdrawn"


def test_a_trade_made_by_telephone(market: Town) -> None:
    recorded = market.told(
        BUYER, "trade", "record", "--with", SELLER, "--setting", "Mill Cottage", "--place", "U6",
        "--start", "2026-12-07", "--age", "9", "--sex", "M", "--weekly", "950.00",
        "--off-tariff", "agreed by telephone",
    )  # fmt: skip
    assert (recorded["setting"], recorded["weekly"], recorded["signed_by"]) == (
        "Mill Cottage",
        95_000,
        [BUYER],
    )
    market.carry(BUYER, SELLER)
    assert market.told(SELLER, "trade", "accept", recorded["id"])["state"] == "agreed"


def test_dispute_and_resolve(market: Town) -> None:
    trade = propose(market)
    market.told(SELLER, "trade", "accept", trade)
    assert "disputed" in market.told(SELLER, "trade", "dispute", trade, "--what", "the price")["flags"]
    assert "disputed" not in market.told(SELLER, "trade", "resolve", trade, "--how", "as agreed")["flags"]


@pytest.mark.parametrize(
    "words",
    [
        ("trade", "propose", "--vacancy", "OX-1", "--start", "2026-12-07"),
        ("trade", "propose", "--vacancy", "OX-1"),
        ("trade", "decline", "abcd"),
        ("ledger", "--month", "november"),
        ("trade", "list", "--limit", "0"),
    ],
)
def test_words_that_are_off_are_usage(market: Town, words: tuple[str, ...]) -> None:
    ran = market.at(BUYER, *words, "--json")
    assert ran.code == 2
    assert ran.document["error"]["code"] == "usage"


def test_the_hub_hears_of_a_trade(market: Town) -> None:
    trade = propose(market)
    market.carry(BUYER, HUB)
    market.carry(SELLER, HUB)
    assert [one["id"] for one in market.told(HUB, "trade", "list")] == [trade]
