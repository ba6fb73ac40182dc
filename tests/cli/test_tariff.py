"""Tariffs by commands: from TOML or CSV, compared, uplifted, taken back; and always what they are."""

from __future__ import annotations

from pathlib import Path

import pytest

import fixtures
from rcc_tui.domain.worked_example import REMARK
from tests.cli.conftest import BUYER, SELLER, Town
from tests.interop.test_tariff_csv import TEXT

EXAMPLE = REMARK.casefold()


def test_from_a_csv_that_says_what_it_is(town: Town) -> None:
    file = town.file("prices.csv", TEXT)
    published = town.told(BUYER, "tariff", "publish", file, "--version", "3", "--valid-from", "1/5/2027")
    assert (published["version"], published["valid_from"]) == (3, "2027-05-01")
    text = town.told(BUYER, "tariff", "show", published["id"])["text"]
    assert '"11-17" = { Core = "530.00", Specialist = "1234.50" }' in text


def test_gaps_overlaps_and_missing_bands_are_named(town: Town) -> None:
    for old, new, said in (
        ("foster,0,10", "foster,0,9", "Nothing covers age 10, between foster 0–9 and foster 11–17."),
        ("foster,0,10", "foster,0,12", "foster 0–12 and foster 11–17 overlap at age 11."),
        ("foster,11,17,Core,530\n", "", "foster 11–17 has no price for Core."),
    ):
        file = town.file("prices.csv", TEXT.replace(old, new))
        error = town.at(BUYER, "tariff", "publish", file, "--json").document["error"]
        assert error["message"] == said
    toml = fixtures.worked_tariff_text().replace('"3-4"', '"4-4"')
    error = town.at(BUYER, "tariff", "publish", town.file("p.toml", toml), "--json").document["error"]
    assert error["message"] == "Nothing covers age 3, between foster 0–2 and foster 4–4."
    file = town.file("p.toml", fixtures.worked_tariff_text())
    ran = town.at(BUYER, "tariff", "publish", file, "--version", "2", "--json")
    assert (ran.code, ran.document["error"]["where"]) == (1, "version")
    assert town.told(BUYER, "tariff", "list") == []


def test_the_next_version_by_uplift(market: Town) -> None:
    (first,) = market.told(BUYER, "tariff", "list")
    out = market.folder / "next.toml"
    words = ("tariff", "uplift", first["id"], "--from", "2027-04-01")
    assert market.told(BUYER, *words, "--out", str(out))["file"] == str(out)
    assert market.at(BUYER, *words).out == out.read_text(encoding="utf-8")
    second = market.told(BUYER, "tariff", "publish", str(out))
    compared = market.told(BUYER, "tariff", "compare", first["id"][:8], second["id"][:8])
    assert (compared["old"], compared["new"], compared["worked_example"]) == (first["id"], second["id"], True)
    core = next(one for one in compared["differences"] if one["what"] == "foster 11–15 Core")
    assert core == {
        "part": "price", "what": "foster 11–15 Core", "unit": "pence",
        "old": 530_00, "new": 543_25, "difference": 13_25, "percent": "2.5",
    }  # fmt: skip
    text = market.at(BUYER, "tariff", "compare", first["id"], second["id"]).out
    assert "£543.25" in text
    assert "2.5 %" in text
    assert "100 %" not in text, "a version is no number"
    assert "They say the same." in market.at(BUYER, "tariff", "compare", first["id"], first["id"]).out
    for percent, code in (("3.1", 0), ("3.1 %", 0), ("3,1", 2), ("x", 2), ("101", 1)):
        assert market.at(BUYER, *words, "--percent", percent).code == code, percent
    assert market.at(BUYER, *words, "--out", "next.csv").code == 2


def test_taken_back(market: Town) -> None:
    (tariff,) = market.told(SELLER, "tariff", "list")
    after = market.told(SELLER, "tariff", "withdraw", tariff["id"], "--on", "2026-12-10")
    assert after["adopted_by"] == [BUYER]
    assert {"authority": SELLER, "from_day": "2026-11-01", "withdrawn_on": "2026-12-10"} in after["adoptions"]
    market.carry(SELLER, BUYER)
    words = ("tariff", "quote", "OX-1", "--age", "12", "--sex", "F", "--start")
    assert market.told(BUYER, *words, "2026-12-09")["weekly"] == 530_00
    error = market.at(BUYER, *words, "2026-12-10", "--json").document["error"]
    assert "No tariff is in force between 870 and 931 on 10/12/2026" in error["message"]
    assert "931 from 01/11/2026, not from 10/12/2026" in market.at(BUYER, "tariff", "show", tariff["id"]).out
    for code, day, said in ((SELLER, "2026-12-12", "has not adopted"), (BUYER, "2026-11-30", "is over")):
        ran = market.at(code, "tariff", "withdraw", tariff["id"], "--on", day)
        assert (ran.code, said in ran.err) == (1, True)


def test_a_quote_shows_every_step(market: Town) -> None:
    words = (
        *("tariff", "quote", "OX-1", "--age", "12", "--sex", "F", "--start", "2026-12-07", "--siblings", "2"),
        *("--risk", "self_harm=high", "--ratio", "1:1", "--extra", "therapy", "--extra", "transport:2.5"),
        *("--emergency", "--stay", "medium"),
    )
    text = market.at(BUYER, *words).out
    for said in (
        "age 12 → 11–15", "ratio 1:1 +3", "self-harm high +3", "= 6 → Enhanced", "core £715.00",
        "child 2 at 90 % £643.50", "therapy £310.00", "transport 2.5 hours £66.25",
        "emergency premium, first 7 nights £105.00", "= £1,839.75 a week", "notice 14 days",
        "28 days from 183 nights", "while kept open and empty 50 %: £867.38 a week",
    ):  # fmt: skip
        assert said in text, said
    quoted = market.told(BUYER, *words)
    assert (quoted["weekly"], quoted["retainer_weekly"], quoted["notice_days"]) == (1839_75, 867_38, 14)


@pytest.mark.parametrize(
    "words",
    [
        ("tariff", "list"),
        ("tariff", "show"),
        ("tariff", "quote", "OX-1", "--age", "12", "--sex", "F"),
        ("trade", "propose", "--vacancy", "OX-1", "--start", "2026-12-07", "--age", "12", "--sex", "F"),
        ("trade", "list"),
        ("trade", "show", "TRADE"),
        ("ledger",),
    ],
)
def test_the_worked_example_says_so_wherever_its_prices_are(market: Town, words: tuple[str, ...]) -> None:
    propose = ("trade", "propose", "--vacancy", "OX-1", "--start", "2026-12-07", "--age", "12", "--sex", "F")
    trade = market.told(BUYER, *propose)["id"]
    market.carry(BUYER, SELLER)
    market.told(SELLER, "trade", "accept", trade)
    market.carry(SELLER, BUYER)
    assert EXAMPLE in market.at(BUYER, *(trade if one == "TRADE" else one for one in words)).out.casefold()


def test_files_that_are_none(town: Town) -> None:
    (Path(town.folder) / "odd.toml").write_bytes(b"\xff\xfe\x00")
    (Path(town.folder) / "large.csv").write_bytes(b"name,x\n" * 200_000)
    (Path(town.folder) / "book.csv").write_bytes(b"PK\x03\x04 and so on")
    for name in ("odd.toml", "large.csv", "book.csv", "none.csv", "none.toml"):
        ran = town.at(BUYER, "tariff", "publish", str(Path(town.folder) / name), "--json")
        assert (ran.code, ran.document["error"]["code"] == "defect") == (1, False), name
        assert ran.document["error"]["hint"]
