"""docs/search.md says what the search does: every line of its tables is run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import fixtures
from rcc_tui.search.asked import LET_GO
from rcc_tui.search.editing import FILTERS
from rcc_tui.search.engine import Engine
from rcc_tui.search.index import Index
from rcc_tui.search.language import SECTIONS, Example
from rcc_tui.search.named import NAMED
from rcc_tui.search.query import parse
from tests.cli.conftest import Town
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


def lines(columns: int, told: int = -1) -> Iterator[tuple[str, str]]:
    """What is written and what comes of it (the column `told`), of every table with so many columns."""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if len(cells) == columns and (code := re.fullmatch(r"`(.+)`", cells[0])):
            yield code[1].replace("\\|", "|"), cells[told]


@pytest.mark.parametrize(("line", "understood"), lines(3))
def test_what_is_understood(line: str, understood: str) -> None:
    found = ENGINE.find(parse(line, today=TODAY, typing=False), limit=None, today=TODAY)
    assert found.understood == understood
    assert found.problems == ()


@pytest.mark.parametrize(("line", "said"), lines(2))
def test_what_cannot_be_used(line: str, said: str) -> None:
    (problem,) = parse(line, today=TODAY).problems
    assert problem.message.startswith(said)


EXAMPLES = [one for _, examples in SECTIONS for one in examples]


@pytest.mark.parametrize("one", EXAMPLES, ids=[one.write for one in EXAMPLES])
def test_what_the_help_says_is_on_the_page(one: Example) -> None:
    on_page = {write.strip(): keeps for write, keeps in lines(3, told=1)}
    assert on_page[one.write] == one.keeps


def test_the_help_has_all_that_the_parser_knows() -> None:
    queries = [parse(one.write, today=TODAY, typing=False) for one in EXAMPLES]
    fields = {
        name
        for query in queries
        for name, field in FILTERS.items()
        if getattr(query, field) not in (None, "", 0, ())
    }
    assert fields == set(FILTERS)
    assert {field for query in queries for field in query.let_go} == set(LET_GO.values())
    told = " ".join(f"{one.write} {one.keeps}" for one in EXAMPLES)
    assert [name for name in NAMED if not re.search(rf"(?<!\w){name}(?::|\b)", told)] == []
    assert all(not query.problems or query.let_go or query.max_miles for query in queries)


def test_the_command_shows_the_help(town: Town) -> None:
    said = town.at("870", "search", "--filters")
    assert (said.code, said.out.count("20mi from SL1")) == (0, 1)
    assert town.told("870", "search", "--filters") == [
        {"section": title, "write": one.write, "keeps": one.keeps}
        for title, examples in SECTIONS
        for one in examples
    ]
    assert town.at("870", "search", "slough", "--filters").code == 2


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
