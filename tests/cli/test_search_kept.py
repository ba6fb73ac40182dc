"""Queries kept, by commands."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Town


def test_kept_listed_and_searched_with_again(town: Town) -> None:
    assert town.at("870", "search", "--kept").out.strip() == "No search is kept."
    assert town.at("870", "search", "thames 12f", "--save", "Girls of 12").code == 0
    assert "thames 12f" in town.at("870", "search", "--kept").out
    again = town.told("870", "search", "--saved", "girls of 12", "sib2")
    assert again["query"] == "thames 12f sib2"
    assert "search --kept" in town.at("870", "search", "--saved", "nobody").err
    assert town.at("870", "search", "--save", "nothing").code == 1


def test_dropped_by_its_name(town: Town) -> None:
    town.at("870", "search", "thames 12f", "--save", "Girls of 12")
    town.at("870", "search", "slough", "--save", "Slough")
    dropped = town.at("870", "search", "--drop", "GIRLS of 12")
    assert (dropped.code, dropped.out.strip()) == (0, "Girls of 12 is dropped. It said: thames 12f")
    assert [one["name"] for one in town.told("870", "search", "--kept")] == ["Slough"]
    assert town.at("870", "search", "--drop", "Girls of 12").code == 1
    (gone,) = town.told("870", "search", "--drop", "slough")
    assert (gone["name"], gone["text"]) == ("Slough", "slough")
    assert town.told("870", "search", "--kept") == []


def test_kept_with_a_request(town: Town) -> None:
    request = town.told("870", "request", "add", "--age", "12", "--sex", "F", "--needed-by", "2026-12-03")[
        "id"
    ]
    kept = town.told("870", "search", "thames", "--request", request, "--keep")
    assert kept == {"request": request, "search": "thames"}
    assert town.at("870", "search", "--request", request, "--keep").out.strip() == "Dropped."
    assert town.at("870", "search", "--request", request, "--keep").code == 1


@pytest.mark.parametrize(
    "words",
    [
        ("thames", "--save", "A", "--keep"),
        ("thames", "--save", "A", "--saved", "B"),
        ("--kept", "--saved", "B"),
        ("thames", "--save", "A", "--request", "1234"),
        ("thames", "--keep"),
        ("thames", "--kept"),
        ("thames", "--drop", "A"),
        ("--drop", "A", "--request", "1234"),
        ("--drop", "A", "--kept"),
    ],
)
def test_no_option_is_left_out_in_silence(town: Town, words: tuple[str, ...]) -> None:
    assert town.at("870", "search", *words).code == 2
    assert town.at("870", "search", "--kept").out.strip() == "No search is kept."
