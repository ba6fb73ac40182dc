"""A tariff from a spreadsheet: the layout, and what is said of each slip."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rcc_tui.domain.errors import Refused
from rcc_tui.domain.price_list import BandRange, Extra, NoticeRule, Rate, Score, Tariff
from rcc_tui.interop.tariff_csv import read_tariff

TEXT = """name,"Prices, South East"
version,2
valid_from,01/04/2027
worked_example,yes
sibling_percent,90
emergency_premium,105.00
emergency_nights,7
retainer_percent,50
uplift,250

# what a need scores
item,answer,points
self_harm,high,3
ratio,1:1,3

band,low,high
Core,0,5
Specialist,6,99

type,age_min,age_max,band,weekly
foster,0,10,Core,480.00
foster,0,10,Specialist,"1,095.50"
foster,11,17,Core,530
foster,11,17,Specialist,"£1,234.5"

extra,per,price,part
therapy,week,310.00,
education,week,895.00,education

nights_from,days
0,7
84,14
"""
TARIFF = Tariff(
    name="Prices, South East",
    version=2,
    valid_from="2027-04-01",
    valid_to="",
    worked_example=True,
    bands=(BandRange("Core", 0, 5), BandRange("Specialist", 6, 99)),
    scores=(Score("self_harm", "high", 3), Score("ratio", "1:1", 3)),
    rates=(
        Rate("foster", 0, 10, "Core", 48000),
        Rate("foster", 0, 10, "Specialist", 109550),
        Rate("foster", 11, 17, "Core", 53000),
        Rate("foster", 11, 17, "Specialist", 123450),
    ),
    extras=(Extra("therapy", "week", 31000), Extra("education", "week", 89500, "education")),
    sibling_percent=90,
    emergency_premium=10500,
    emergency_nights=7,
    retainer_percent=50,
    notice=(NoticeRule(0, 7), NoticeRule(84, 14)),
    uplift=250,
)


LINE = "the line of it"
RATES, BANDS = "prices.csv, lines 21 to 24", "prices.csv, lines 17 to 18"


def read(folder: Path, text: str, **given: str) -> Tariff:
    """The tariff of a text in a file."""
    path = folder / "prices.csv"
    path.write_text(text, encoding="utf-8")
    return read_tariff(path, given)


def test_the_layout(tmp_path: Path) -> None:
    assert read(tmp_path, TEXT) == TARIFF


def test_other_columns_first_other_delimiters_and_empty_cells_at_the_end(tmp_path: Path) -> None:
    swapped = TEXT.replace(
        "band,low,high\nCore,0,5\nSpecialist,6,99", "high,band,low\n5,Core,0\n99,Specialist,6"
    )
    assert read(tmp_path, swapped) == TARIFF
    wide = "\n".join(f"{line},,," if line else line for line in TEXT.splitlines())
    assert read(tmp_path, wide) == TARIFF
    other = TEXT.replace('"Prices, South East"', "Prices# South East").replace('"1,095.50"', "1095.50")
    other = other.replace('"£1,234.5"', "1234.50").replace(",", ";").replace("Prices#", "Prices,")
    assert read(tmp_path, other) == TARIFF


def test_what_is_given_counts_instead_of_the_top(tmp_path: Path) -> None:
    bare = TEXT[TEXT.index("item,") :]
    found = read(tmp_path, bare, name="Bare", version="3", valid_from="2027-04-01", valid_to="2028-03-31")
    assert (found.name, found.version, found.valid_to) == ("Bare", 3, "2028-03-31")
    assert found.rates == TARIFF.rates
    assert read(tmp_path, TEXT, version="9") == replace(TARIFF, version=9)


@pytest.mark.parametrize(
    ("old", "new", "where", "said"),
    [
        ("foster,11,17,Core,530", "foster,10,17,Core,530", RATES, "10–17 has no price for Specialist"),
        ("foster,0,10", "foster,0,11", RATES, "foster 0–11 and foster 11–17 overlap at age 11"),
        ("foster,0,10", "foster,0,9", RATES, "Nothing covers age 10"),
        ("Specialist,6,99", "Specialist,5,99", BANDS, "Core and Specialist overlap at score 5"),
        ("Specialist,6,99", "Specialist,7,99", BANDS, "Nothing covers score 6"),
        ("foster,11,17,Core,530\n", "", "prices.csv, lines 21 to 23", "foster 11–17 has no price for Core"),
        ("foster,11,17,Core,530", "foster,11,17,Luxury,530", RATES, "names no band"),
        ('"£1,234.5"', '"1.234,50"', LINE, "“1.234,50” is not an amount in pounds"),
        ('"£1,234.5"', "(12.00)", LINE, "“(12.00)” is below zero"),
        ('"£1,234.5"', "", LINE, "The weekly is missing"),
        ("Core,0,5", "Core,zero,5", LINE, "“zero” is no whole number for low"),
        ("version,2", "version,two", LINE, "“two” is no whole number for version"),
        ("valid_from,01/04/2027", "valid_from,soon", LINE, "“soon” is no day for valid_from"),
        ("worked_example,yes", "worked_example,maybe", LINE, "neither yes nor no"),
        ("version,2", "verzion,2", LINE, "“verzion” is no part of a tariff"),
        ("version,2", "name,again", LINE, "name is there twice"),
        ('"Prices, South East"', "Prices, South East", LINE, "more than one value"),
        ("foster,11,17,Core,530", "foster,11,17,Core,1,530", LINE, "6 cells under 5"),
        ("nights_from,days", "band,low,high", LINE, "A second table of bands"),
        ("type,age_min,age_max,band,weekly", "type,ages,band,weekly", LINE, "4 cells under 3 columns"),
        ('name,"Prices, South East"', "", "name", "no name"),
    ],
)  # fmt: skip
def test_each_slip_is_named(tmp_path: Path, old: str, new: str, where: str, said: str) -> None:
    assert old in TEXT
    with pytest.raises(Refused) as refused:
        read(tmp_path, TEXT.replace(old, new))
    assert said in refused.value.message
    line = TEXT[: TEXT.index(old)].count("\n") + 1
    assert refused.value.where == (f"prices.csv, line {line}" if where == LINE else where)
    assert refused.value.hint


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    cells = TEXT.replace('"£1,234.5"', '"1.234,50"').replace("self_harm,high,3", "self_harm,high,many")
    with pytest.raises(Refused) as refused:
        read(tmp_path, cells)
    assert "“many” is no whole number" in refused.value.message
    assert "prices.csv, line 24: “1.234,50” is not an amount in pounds" in refused.value.hint
    whole = TEXT.replace("Specialist,6,99", "Specialist,7,99").replace("foster,0,10", "foster,0,11")
    with pytest.raises(Refused) as refused:
        read(tmp_path, whole.replace("self_harm,high", "self_harm,hihg"))
    assert refused.value.message == "Nothing covers score 6, between Core and Specialist."
    assert refused.value.where == BANDS
    assert "prices.csv, lines 13 to 14: No request says self_harm hihg" in refused.value.hint
    assert f"{RATES}: foster 0–11 and foster 11–17 overlap at age 11" in refused.value.hint


def test_a_kind_of_care_there_is_none_of_is_named_with_its_lines(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        read(tmp_path, TEXT.replace("foster,11,17,Core", "fosterr,11,17,Core"))
    assert refused.value.where == "prices.csv, line 23"
    assert "foster 11–17 has no price for Core" in refused.value.hint


def test_no_prices_and_no_tables(tmp_path: Path) -> None:
    for text in (TEXT[: TEXT.index("type,")], "name,Only a name\n", "# nothing\n"):
        with pytest.raises(Refused, match="has no prices"):
            read(tmp_path, text)
