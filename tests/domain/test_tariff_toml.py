"""A tariff written out is the same when it is read again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures import worked_tariff, worked_tariff_text
from rcc_tui.domain.price_list import BandRange, Extra, NoticeRule, Rate, Score, Tariff
from rcc_tui.domain.tariff import tariff_from_toml, uplifted
from rcc_tui.domain.tariff_check import SCORABLE, check_tariff
from rcc_tui.domain.tariff_toml import tariff_to_toml

PENCE = st.integers(0, 10**9)
NAMES = st.text(min_size=1, max_size=12).filter(lambda text: bool(text.strip()))


@st.composite
def any_tariff(draw: st.DrawFn, called: st.SearchStrategy[str] = NAMES) -> Tariff:
    """A whole tariff with whatever names and prices."""
    cuts = sorted(draw(st.sets(st.integers(1, 500), min_size=1, max_size=4)))
    names = draw(st.lists(called, min_size=len(cuts), max_size=len(cuts), unique=True))
    edges = [0, *cuts[:-1]]
    bands = tuple(
        BandRange(name, low, high - 1 if at < len(cuts) - 1 else 9_999)
        for at, (name, low, high) in enumerate(zip(names, edges, cuts, strict=True))
    )
    items = draw(st.lists(st.sampled_from(sorted(SCORABLE)), unique=True))
    scores = tuple(
        Score(item, value, draw(st.integers(0, 9)))
        for item in items
        for value in draw(st.lists(st.sampled_from(SCORABLE[item]), min_size=1, unique=True))
    )
    rates = tuple(
        Rate(kind, low, high, band.name, draw(PENCE))
        for kind in draw(st.lists(st.sampled_from(("foster", "residential", "U4")), min_size=1, unique=True))
        for low, high in draw(st.sampled_from((((0, 17),), ((0, 4), (5, 10), (11, 17)))))
        for band in bands
    )
    extras = st.builds(
        Extra, called.filter(lambda name: ":" not in name), st.sampled_from(("week", "hour")), PENCE
    )
    return check_tariff(
        Tariff(
            name=draw(called),
            version=draw(st.integers(1, 99)),
            valid_from="2026-04-01",
            valid_to=draw(st.sampled_from(("", "2027-03-31"))),
            worked_example=draw(st.booleans()),
            bands=bands,
            scores=scores,
            rates=rates,
            extras=tuple(draw(st.lists(extras, max_size=3, unique_by=lambda extra: extra.name))),
            sibling_percent=draw(st.integers(0, 200)),
            emergency_premium=draw(PENCE),
            emergency_nights=draw(st.integers(0, 365)),
            retainer_percent=draw(st.integers(0, 100)),
            notice=draw(st.sampled_from(((), (NoticeRule(0, 7), NoticeRule(84, 28))))),
            uplift=draw(st.integers(-5_000, 10_000)),
        )
    )


@given(any_tariff(), st.text())
def test_written_and_read_again_it_is_the_same(tariff: Tariff, note: str) -> None:
    text = tariff_to_toml(tariff, note)
    assert tariff_from_toml(text) == tariff
    assert all(char == "\n" or char.isprintable() for char in text)


@pytest.mark.parametrize("tariff", [worked_tariff(), uplifted(worked_tariff(), "2027-04-01")])
def test_the_worked_example_too(tariff: Tariff) -> None:
    assert tariff_from_toml(tariff_to_toml(tariff, "A note\nof two lines")) == tariff
    assert tariff_to_toml(tariff_from_toml(tariff_to_toml(tariff))) == tariff_to_toml(tariff)
    assert "worked_example = true" in worked_tariff_text()
