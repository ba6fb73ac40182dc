"""The month's end by commands alone: statement, answers, close, and papers that harm nobody."""

from __future__ import annotations

import csv
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.cli.conftest import BUYER, HUB, SELLER, Town

NOVEMBER = ("--month", "2026-11")
HOSTILE = "</td><script>alert(1)</script>\x1b[31m\u202eevil\u2066=1+1"


def running(town: Town, **more: str) -> str:
    """A placement that began on 3 November, as both sides say; its id."""
    trade = town.told(
        BUYER, "trade", "propose", "--vacancy", "OX-1", "--start", "2026-11-03", "--age", "12", "--sex", "F",
        *(word for key, value in more.items() for word in (f"--{key.replace('_', '-')}", value)),
    )["id"]  # fmt: skip
    town.carry(BUYER, SELLER)
    town.told(SELLER, "trade", "accept", trade)
    town.carry(SELLER, BUYER)
    for code in (BUYER, SELLER):
        town.told(code, "trade", "start", trade, "--on", "2026-11-03")
    meet(town)
    return str(trade)


def meet(town: Town) -> None:
    """Everybody hears what the two have said."""
    for maker in (BUYER, SELLER):
        for reader in {BUYER, SELLER, HUB} - {maker}:
            town.carry(maker, reader)


def stated(town: Town) -> None:
    """The seller's statement of November, heard by the buyer."""
    town.told(SELLER, "reconcile", "statement", "--with", BUYER, *NOVEMBER)
    town.carry(SELLER, BUYER)


def test_a_month_from_the_statement_to_the_close(market: Town) -> None:
    trade = running(market)
    before = market.told(HUB, "reconcile", "month", *NOVEMBER)
    (one,) = before["pairs"]
    assert {"seller", "buyer", "pence", "state", "rows"} <= one.keys()
    assert (one["seller"], one["buyer"], one["state"], one["rows"]) == (SELLER, BUYER, "open", [])
    assert before["net"] == {SELLER: one["pence"], BUYER: -one["pence"]}
    assert market.told(BUYER, "ledger", *NOVEMBER)[0]["mark"] == "uncleared"

    issued = market.told(SELLER, "reconcile", "statement", "--with", BUYER)
    assert (issued["month"], issued["state"], issued["issued"]) == ("2026-11", "stated", True)
    assert issued["total"] == one["pence"] == sum(line["pence"] for line in issued["lines"])
    again = market.told(SELLER, "reconcile", "statement", "--with", BUYER)
    assert (again["issued"], again["statement"]) == (False, issued["statement"])
    market.carry(SELLER, BUYER)
    assert market.told(BUYER, "ledger", *NOVEMBER)[0]["mark"] == "pending"
    assert market.told(BUYER, "reconcile", "statement", "--with", SELLER)["total"] == one["pence"]

    agreed = market.told(BUYER, "reconcile", "agree", "--with", SELLER, *NOVEMBER, "--all")
    assert [(line["line"], line["trade"], line["mark"]) for line in agreed["lines"]] == [
        (1, trade, "cleared")
    ]
    assert market.told(BUYER, "ledger", *NOVEMBER)[0]["mark"] == "cleared"
    meet(market)
    closed = market.told(HUB, "reconcile", "close", "--seller", SELLER, "--buyer", BUYER, *NOVEMBER)
    assert (closed["state"], closed["closed_by"], closed["unexplained"]) == ("closed", HUB, 0)
    market.carry(HUB, BUYER)
    assert market.told(BUYER, "reconcile", "month")["pairs"][0]["state"] == "closed"
    again = market.at(BUYER, "reconcile", "close", "--with", SELLER, *NOVEMBER)
    assert (again.code, "closed already" in again.err) == (1, True)


def test_a_line_disputed_carried_forward_and_conceded(market: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    trade = running(market)
    stated(market)
    words = ("reconcile", "dispute", "--with", SELLER, *NOVEMBER, "1")
    disputed = market.told(BUYER, *words, "£1,234.5", "--reason", "two nights of respite")
    (line,) = disputed["lines"]
    assert (line["state"], line["answer"], line["mark"]) == ("disputed", 123_450, "pending")
    (row,) = disputed["rows"]
    assert (row["class"], row["difference"], row["blocks"]) == ("disputed", line["pence"] - 123_450, False)
    closed = market.told(BUYER, "reconcile", "close", "--with", SELLER, *NOVEMBER)
    assert closed["state"] == "closed"
    meet(market)
    shown = market.at(SELLER, "reconcile", "statement", "--with", BUYER, "--show", "--month", "2026-12")
    assert "Carried forward in dispute" in shown.out
    assert re.search(r"November 2026, line 1, Hill\s+House: stated", shown.out)
    conceded = market.at(SELLER, "reconcile", "concede", "--with", BUYER, *NOVEMBER, "1").out
    assert conceded.rstrip().endswith(
        "Conceded: 1 line. Only the buyer's `rcc reconcile agree` changes it now."
    )
    less = f"-£{(line['pence'] - 123_450) / 100:,.2f}"
    assert f"conceded, corrected in a later month  {less}" in conceded
    november = market.at(SELLER, "reconcile", "statement", "--with", BUYER, *NOVEMBER).out
    assert re.search(rf"(?m)^conceded, corrected in a later month +{re.escape(less)}$", november)
    december = market.told(SELLER, "ledger", "--month", "2026-12")
    (correction,) = [one for one in december if one["kind"] == "correction"]
    assert (correction["trade"], correction["corrects"]) == (trade, "2026-11")
    assert correction["pence"] == 123_450 - line["pence"]
    monkeypatch.setenv("RCC_TODAY", "2027-01-04")
    paper = market.told(SELLER, "reconcile", "statement", "--with", BUYER, "--month", "2026-12")
    assert paper["carried"] == []
    assert paper["total"] == sum(one["pence"] for one in december)
    text = market.at(SELLER, "reconcile", "statement", "--with", BUYER, "--month", "2026-12").out
    assert "Hill House, correction of November 2026" in text


def test_both_directions_and_the_pair_at_the_hub(market: Town) -> None:
    running(market)
    both = market.told(BUYER, "reconcile", "pair", "--with", SELLER, *NOVEMBER)["pairs"]
    assert [(one["seller"], one["pence"] > 0) for one in both] == [(BUYER, False), (SELLER, True)]
    one = market.told(HUB, "reconcile", "pair", "--seller", SELLER, "--buyer", BUYER, *NOVEMBER)
    assert one["lines"] == both[1]["lines"]
    text = market.at(HUB, "reconcile", "month", *NOVEMBER).out
    assert "is owed, net" in text
    assert "931 Oxfordshire  870 Reading" in text
    assert re.search(r"(?m)^sum +£0.00$", text)
    assert "14/12/2026" in text
    mine = market.told(HUB, "reconcile", "month", *NOVEMBER, "--mine")
    assert len(mine["pairs"]) == 1
    assert sum(mine["net"].values()) == 0


def test_two_starts_stand_in_the_work_list(market: Town) -> None:
    trade = running(market)
    market.told(BUYER, "trade", "start", trade, "--on", "2026-11-05")
    meet(market)
    month = market.told(HUB, "reconcile", "month", *NOVEMBER)
    (row,) = month["pairs"][0]["rows"]
    assert {"class", "trade", "seller_pence", "buyer_pence", "difference", "why"} <= row.keys()
    assert (row["class"], row["trade"], row["blocks"]) == ("dates differ", trade, True)
    assert row["difference"] == row["seller_pence"] - row["buyer_pence"] > 0
    assert row["why"] == "seller from 03/11/2026, buyer from 05/11/2026"
    stated(market)
    refused = market.at(BUYER, "reconcile", "close", "--with", SELLER, *NOVEMBER)
    assert (refused.code, "Not answered yet" in refused.err) == (1, True)


@pytest.mark.parametrize(
    ("code", "words", "exit_code", "said"),
    [
        (SELLER, ("statement", "--with", BUYER, "--month", "2026-12"), 1, "2026-12 is still open"),
        (SELLER, ("statement", "--with", BUYER, "--month", "2026-10"), 1, "owes nothing"),
        (SELLER, ("statement", "--with", BUYER, "--month", "december"), 2, "is no month"),
        (SELLER, ("statement", "--with", BUYER, "--month", "2026-13"), 2, "is no month"),
        (SELLER, ("statement", "--with", "999", *NOVEMBER), 1, "no member “999”"),
        (SELLER, ("statement", "--with", SELLER, *NOVEMBER), 1, "A pair is of two"),
        (SELLER, ("statement", *NOVEMBER), 2, "with whom"),
        (BUYER, ("statement", "--seller", SELLER, *NOVEMBER), 1, "no statement of 2026-11"),
        (HUB, ("statement", "--with", SELLER, *NOVEMBER), 2, "A hub is no party"),
        (HUB, ("pair", *NOVEMBER), 2, "which pair"),
        (BUYER, ("agree", "--with", SELLER, *NOVEMBER), 1, "no statement of 2026-11"),
        (BUYER, ("agree", "--with", SELLER, "1", "--all", *NOVEMBER), 2, "Lines and --all"),
        (BUYER, ("close", "--with", SELLER, *NOVEMBER), 1, "no statement of 2026-11"),
    ],
)
def test_what_is_refused(market: Town, code: str, words: tuple[str, ...], exit_code: int, said: str) -> None:
    running(market)
    ran = market.at(code, "reconcile", *words, "--json")
    assert ran.code == exit_code, ran
    assert said in ran.document["error"]["message"]
    assert ran.document["error"]["hint"]


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("1.234,50", "not an amount in pounds"),
        ("(12.00)", "is below zero"),
        ("twelve", "not an amount in pounds"),
        ("1.234", "not an amount in pounds"),
    ],
)
def test_amounts_that_are_refused(market: Town, amount: str, said: str) -> None:
    running(market)
    stated(market)
    words = ("reconcile", "dispute", "--with", SELLER, *NOVEMBER, "1", amount, "--reason", "why not")
    ran = market.at(BUYER, *words, "--json")
    assert ran.code == 1
    assert said in ran.document["error"]["message"]
    for line, reason, message in (("2", "so", "There is no line 2"), ("1", " ", "Why?")):
        words = ("reconcile", "dispute", "--with", SELLER, *NOVEMBER, line, "12.00", "--reason", reason)
        assert message in market.at(BUYER, *words).err


class _Tags(HTMLParser):
    """Which tags and attributes a page has."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


def papers(town: Town) -> dict[str, str]:
    """The statement of November at the seller's, in each of its forms."""
    found = {"": town.at(SELLER, "reconcile", "statement", "--with", BUYER, *NOVEMBER).out}
    for ending in ("txt", "csv", "html"):
        file = town.folder / f"november.{ending}"
        words = ("reconcile", "statement", "--with", BUYER, *NOVEMBER, "--out", str(file))
        assert town.told(SELLER, *words)["file"] == str(file)
        found[ending] = file.read_text(encoding="utf-8")
    return found


def test_the_papers_say_the_same_and_that_it_is_a_worked_example(market: Town) -> None:
    running(market)
    found = papers(market)
    weekly = market.told(SELLER, "ledger")[0]["weekly"]
    exact = f"28 × £{weekly / 100:,.2f} / 7 = £{weekly * 4 / 100:,.2f}"
    for ending in ("", "txt", "html"):
        for said in ("November 2026", "Oxfordshire", "Reading", exact, "14/12/2026", "WORKED EXAMPLE"):
            assert said in found[ending], (ending, said)
    assert found["txt"].rstrip("\n") == found[""].rstrip("\n")
    assert max(len(line) for line in found["txt"].splitlines()) == 80
    rows = list(csv.DictReader(found["csv"].splitlines()))
    assert [row["record"] for row in rows] == ["line", "total"]
    assert rows[0]["amount"] == rows[1]["amount"] == f"{weekly * 4 / 100:.2f}"
    assert (rows[0]["start"], rows[0]["end"], rows[0]["nights"]) == ("2026-11-03", "2026-12-01", "28")
    assert (rows[0]["worked_example"], rows[0]["reckoning"]) == ("yes", exact)
    page = _Tags()
    page.feed(found["html"])
    assert not page.tags & {"script", "link", "img", "iframe", "object"}
    assert not page.attributes & {"src", "href", "onload"}


def test_funders_to_the_penny(market: Town) -> None:
    weekly = 100_000
    trade = market.told(
        BUYER, "trade", "propose", "--vacancy", "OX-1", "--start", "2026-11-03", "--age", "12", "--sex", "F",
        "--weekly", "1000.00", "--off-tariff", "three pay",
        "--funder", "social care=333.34", "--funder", "education=333.33", "--funder", "health=333.33",
    )  # fmt: skip
    assert trade["funders"] == [
        {"name": "social care", "pence": 33_334},
        {"name": "education", "pence": 33_333},
        {"name": "health", "pence": 33_333},
    ]
    market.carry(BUYER, SELLER)
    market.told(SELLER, "trade", "accept", trade["id"])
    market.told(SELLER, "trade", "start", trade["id"], "--on", "2026-11-04")
    paper = market.told(SELLER, "reconcile", "statement", "--with", BUYER, *NOVEMBER)
    (line,) = paper["lines"]
    assert line["pence"] == round(weekly * 27 / 7)
    parts = [one["pence"] for one in line["funders"]]
    assert sum(parts) == line["pence"]
    assert max(parts) - min(parts) <= 4
    assert "= £3,857.1428…" in line["reckoning"]


def test_hostile_text_is_harmless_on_every_paper(market: Town) -> None:
    running(market, weekly="950.00", off_tariff="by hand")
    stated(market)
    words = ("reconcile", "dispute", "--with", SELLER, *NOVEMBER, "1", "1.00", "--reason", HOSTILE)
    market.told(BUYER, *words)
    meet(market)
    for ending, text in papers(market).items():
        assert not {"\x1b", "\u202e", "\u2066"} & set(text), ending
        assert "<U+202E>" in text or "&lt;U+202E&gt;" in text, ending
    found = papers(market)
    assert "<script" not in found["html"]
    page = _Tags()
    page.feed(found["html"])
    assert "script" not in page.tags
    formula = ("reconcile", "dispute", "--with", SELLER, *NOVEMBER, "1", "1.00", "--reason", "=HYPERLINK(1)")
    market.told(BUYER, *formula)
    meet(market)
    rows = list(csv.DictReader(papers(market)["csv"].splitlines()))
    assert rows[0]["reason"] == "'=HYPERLINK(1)"
    assert (
        "\x1b" not in market.at(HUB, "reconcile", "pair", "--seller", SELLER, "--buyer", BUYER, *NOVEMBER).out
    )


def test_a_paper_of_no_kind_or_no_folder(market: Town) -> None:
    running(market)
    for name in ("november.pdf", "nowhere/november.html"):
        file = str(Path(market.folder) / name)
        words = ("reconcile", "statement", "--with", BUYER, *NOVEMBER, "--out", file)
        ran = market.at(SELLER, *words, "--json")
        assert (ran.code, bool(ran.document["error"]["hint"])) == (1, True)
