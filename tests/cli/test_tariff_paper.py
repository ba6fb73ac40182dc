"""A price list on paper: what it says is the list, that it is a worked example, and nothing that steers."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

import fixtures
from rcc_tui.domain.money import pounds
from rcc_tui.domain.price_list import Tariff
from rcc_tui.domain.worked_example import REMARK
from rcc_tui.interop.files import write_csv
from rcc_tui.interop.tariff_csv import read_tariff
from rcc_tui.interop.tariff_rows import tariff_rows
from tests.cli.conftest import BUYER, SELLER, Town
from tests.domain.test_tariff_toml import any_tariff

HOSTILE = "</h1><script>alert(1)</script>\\u001b[31m=1+1"


def written(town: Town, tariff: str, ending: str) -> str:
    file = town.folder / f"prices.{ending}"
    answer = town.told(SELLER, "tariff", "show", tariff, "--out", str(file))
    assert answer["file"] == str(file)
    return file.read_text(encoding="utf-8")


def test_text_page_and_csv_say_the_list(market: Town) -> None:
    (tariff,) = market.told(BUYER, "tariff", "list")
    document = fixtures.worked_tariff()
    found = {ending: written(market, tariff["id"][:8], ending) for ending in ("txt", "csv", "html")}
    for ending, text in found.items():
        assert REMARK in text, ending
        for rate in document.rates:
            price = pounds(rate.weekly)
            assert (price if ending != "csv" else price.replace("£", "").replace(",", "")) in text
    for ending in ("txt", "html"):
        for said in ("therapy", "each further child together", "Oxfordshire from 01/11/2026", tariff["id"]):
            assert said in found[ending], (ending, said)
    assert max(len(line) for line in found["txt"].splitlines()) <= 80
    assert read_tariff(market.folder / "prices.csv") == document


def test_what_is_refused(market: Town) -> None:
    (tariff,) = market.told(BUYER, "tariff", "list")
    for words, code, said in (
        (("tariff", "show", "--out", "x.html"), 2, "Which tariff?"),
        (("tariff", "show", tariff["id"], "--out", "x.doc"), 1, "says not what it is to be"),
        (("tariff", "show", "ffff", "--out", "x.html"), 1, "no tariff"),
    ):
        ran = market.at(SELLER, *words)
        assert (ran.code, said in ran.err) == (code, True), ran


class _Tags(HTMLParser):
    """The tags and attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the tag."""
        self.tags.add(tag)


def test_names_that_would_steer_are_written_out(town: Town) -> None:
    text = fixtures.worked_tariff_text()
    name = next(line for line in text.splitlines() if line.startswith("name ="))
    town.told(BUYER, "tariff", "publish", town.file("odd.toml", text.replace(name, f'name = "{HOSTILE}"')))
    (tariff,) = town.told(BUYER, "tariff", "list")
    page = town.folder / "odd.html"
    town.told(BUYER, "tariff", "show", tariff["id"], "--out", str(page))
    parser = _Tags()
    parser.feed(page.read_text())
    assert not parser.tags & {"script", "link", "img", "iframe"}
    assert "\x1b" not in page.read_text()


PLAIN = st.from_regex(r"[A-Z][a-zé,;' ]{0,9}[a-z]", fullmatch=True).filter(lambda name: name != "Core")


@settings(max_examples=40, deadline=None)
@given(any_tariff(PLAIN))
def test_the_csv_read_again_is_the_same_list(tariff: Tariff) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "prices.csv"
        first, *rest = tariff_rows(tariff, "a note")
        write_csv(path, first, rest)
        assert read_tariff(path) == tariff
