"""rcc request what-if: what the stay costs at each shortlisted place."""

from __future__ import annotations

from tests.cli.conftest import BUYER, Town

CHILD = ("--age", "12", "--sex", "F", "--home", "RG1", "--needed-by", "2026-12-07")


def test_what_the_stay_costs(market: Town) -> None:
    request = str(market.told(BUYER, "request", "add", *CHILD)["id"])
    empty = market.at(BUYER, "request", "what-if", request)
    assert "No place is on the shortlist." in empty.out
    market.told(BUYER, "request", "shortlist", request, "OX-1")
    found = market.told(BUYER, "request", "what-if", request, "--nights", "14")
    assert (found["start"], found["end"], found["assumed"]) == ("2026-12-07", "2026-12-21", False)
    (option,) = found["options"]
    assert option["total"] == sum(one["pence"] for one in option["months"]) == 2 * option["weekly"]
    assert option["worked_example"]
    text = market.at(BUYER, "request", "what-if", request).out
    for said in ("84 nights (assumed: a short stay)", "7 days", "WORKED EXAMPLE"):
        assert said in text, said


def test_a_stay_that_ends_before_it_begins(market: Town) -> None:
    request = str(market.told(BUYER, "request", "add", *CHILD)["id"])
    wrong = market.at(BUYER, "request", "what-if", request, "--end", "2026-12-01", "--json")
    assert wrong.code == 1
    assert "is not after it" in wrong.document["error"]["message"]
