"""docs/search.md says what the search does: every line of its tables is run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import fixtures
from rcc_tui.search.editing import FILTERS
from rcc_tui.search.engine import Engine
from rcc_tui.search.index import Index
from rcc_tui.search.query import parse
from tests.search.made import row

PAGE = Path(__file__).parents[2] / "docs" / "search.md"
TODAY = date(2026, 12, 1)
PLACES = (
    row("one", "Foster Care Slough berks", outcode="SL1"),
    row("two", "Elm House West Sussex Brighton residential", outcode="BN1"),
    row("three", "Milton Keynes autism", outcode="MK9"),
    row("four", "Oxfordshire oxon Reading foster", outcode="OX4"),
)
ENGINE = Engine(Index.build(PLACES), fixtures.gazetteer(), fixtures.synonyms())


def lines(columns: int) -> Iterator[tuple[str, str]]:
    """What is written and what comes of it, of every table with so many columns."""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if len(cells) == columns and (code := re.fullmatch(r"`(.+)`", cells[0])):
            yield code[1].replace("\\|", "|"), cells[-1]


@pytest.mark.parametrize(("line", "understood"), lines(3))
def test_what_is_understood(line: str, understood: str) -> None:
    found = ENGINE.find(parse(line, today=TODAY, typing=False), limit=None, today=TODAY)
    assert found.understood == understood
    assert found.problems == ()


@pytest.mark.parametrize(("line", "said"), lines(2))
def test_what_cannot_be_used(line: str, said: str) -> None:
    (problem,) = parse(line, today=TODAY).problems
    assert problem.message.startswith(said)


def test_every_filter_is_on_the_page() -> None:
    assert len(list(lines(3))) > 40
    assert len(list(lines(2))) == 10
    set_by = {
        name
        for line, _ in lines(3)
        for name, field in FILTERS.items()
        if getattr(parse(line, today=TODAY), field) not in (None, "", 0, ())
    }
    assert set_by == set(FILTERS)
