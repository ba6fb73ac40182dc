"""Phrases, words left out, and several words of which any will do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rcc_tui.search.engine import Engine, Found
from rcc_tui.search.index import Index
from rcc_tui.search.query import parse
from rcc_tui.search.tokens import tokenise
from tests.search.made import GAZETTEER, SYNONYMS, TODAY, row

FIELDS: dict[str, tuple[str, ...]] = {
    "keynes": ("Oak House", "Thames Care", "Milton Keynes", "autism"),
    "apart": ("Milton House", "Keynes Care", "Slough", "asd"),
    "back": ("Keynes-Milton Lodge", "Thames Care", "Reading", ""),
    "longer": ("The Milton Keynes's Own", "Elm Care", "Slough", "adhd"),
    "house": ("House of Oak", "Oak Care", "Slough", "learning disability"),
}


def texts(ids: Sequence[str], _: str) -> Iterable[tuple[str, Sequence[str]]]:
    return [(id, FIELDS[id]) for id in ids]


def engine() -> Engine:
    rows = [row(id, " ".join(fields)) for id, fields in FIELDS.items()]
    return Engine(Index.build(rows), GAZETTEER, SYNONYMS, texts)


ENGINE = engine()


def ask(line: str) -> Found:
    return ENGINE.find(parse(line, today=TODAY), limit=None, today=TODAY)


@pytest.mark.parametrize(
    ("line", "ids"),
    [
        ('"milton keynes" ', {"keynes"}),
        ('"Milton  KEYNES" ', {"keynes"}),
        ('"keynes milton" ', {"back"}),
        ('"oak house" ', {"keynes"}),
        ('"milton keyness own" ', {"longer"}),
        ('"keynes thames" ', set()),
        ('"milton keyns" ', set()),
        ('-"milton keynes" ', {"apart", "back", "longer", "house"}),
        ('slough -"oak care" ', {"apart", "longer"}),
        ("-slough ", {"keynes", "back"}),
        ("-slough -reading ", {"keynes"}),
        ("-slough|reading ", {"keynes"}),
        ("-asd ", {"back", "longer", "house"}),
        ('"slough" -autism ', {"apart", "longer", "house"}),
        ("reading|milton ", {"keynes", "apart", "back", "longer"}),
        ('"milton keynes"|reading ', {"keynes", "back"}),
        ('"milton keynes"|"house of oak" ', {"keynes", "house"}),
        ("readng|elm ", {"back", "longer"}),
        ('"readng"|elm ', {"longer"}),
    ],
)
def test_found(line: str, ids: set[str]) -> None:
    assert set(ask(line).ids) == ids


@pytest.mark.parametrize(
    ("line", "ids"),
    [
        ('"milton key', {"keynes", "apart", "back", "longer"}),
        ('"milton ', {"keynes", "apart", "back", "longer"}),
        ('"milt', {"keynes", "apart", "back", "longer"}),
        ('"miltn', set()),
        ('reading|"milt', {"keynes", "apart", "back", "longer"}),
        ('slough -"oak ca', {"apart", "longer", "house"}),
    ],
)
def test_a_phrase_is_found_while_it_is_typed(line: str, ids: set[str]) -> None:
    assert set(ask(line).ids) == ids


@pytest.mark.parametrize("phrase", ["milton keynes", "house of oak", "thames care"])
def test_no_letter_of_a_phrase_loses_what_the_whole_of_it_finds(phrase: str) -> None:
    whole = set(ask(f'"{phrase}"').ids)
    for size in range(1, len(phrase) + 1):
        assert set(ask(f'"{phrase[:size]}').ids) >= whole


def test_what_was_understood_is_said() -> None:
    assert ask('"milton keynes" ').understood == "“milton keynes”"
    assert ask('oak -"oak care" ').understood == "oak · not “oak care”"
    assert ask("reading|oak ").understood == "reading or oak"
    assert (
        ask("readng|elm ").understood.startswith("readng → Reading") or "elm" in ask("readng|elm ").understood
    )


def test_a_correction_among_several_is_named_by_what_was_typed() -> None:
    found = ask("readng|zzzz lodge ")
    assert found.ids == ("back",)
    assert found.corrections == (("readng", "Reading"),)


def test_a_phrase_is_looked_for_anew_after_a_change() -> None:
    changing = engine()
    line = parse('"milton keynes" ', today=TODAY)
    assert changing.find(line, today=TODAY).ids == ("keynes",)
    changing.index.remove("keynes")
    assert changing.find(line, today=TODAY).ids == ()


words = st.lists(st.sampled_from(("oak", "house", "milton", "keynes", "care")), min_size=1, max_size=3)


@settings(deadline=None)
@given(st.lists(st.tuples(words, words), min_size=1, max_size=6), words)
def test_a_phrase_is_found_just_where_it_stands(
    places: list[tuple[list[str], list[str]]], wanted: list[str]
) -> None:
    fields = {f"{n}": (" ".join(name), " ".join(town)) for n, (name, town) in enumerate(places)}
    rows = [row(id, " ".join(both)) for id, both in fields.items()]
    searching = Engine(Index.build(rows), GAZETTEER, {}, lambda ids, _: [(id, fields[id]) for id in ids])
    phrase = " ".join(wanted)
    found = searching.find(parse(f'"{phrase}" ', today=TODAY), limit=None, today=TODAY)
    there = {
        id
        for id, both in fields.items()
        if any(
            wanted == tokenise(text)[at : at + len(wanted)]
            for text in both
            for at in range(len(tokenise(text)))
        )
    }
    assert set(found.ids) == there
    left = searching.find(parse(f'-"{phrase}" ', today=TODAY), limit=None, today=TODAY)
    assert set(left.ids) == set(fields) - there


def test_only_places_that_may_lack_the_phrase_are_read_again() -> None:
    """Those of a town, an authority, a need or a type that has the phrase are known to have it."""
    rows = [
        row("town", "milton keynes", marks=("town:milton keynes",)),
        row("need", "milton keynes", needs=("milton keynes",)),
        row("authority", "milton keynes", authority="826"),
        row("name", "milton keynes"),
        row("apart", "keynes of milton"),
    ]
    asked: list[str] = []

    def read(ids: Sequence[str], phrase: str) -> Iterable[tuple[str, Sequence[str]]]:
        assert phrase == "milton keynes"
        asked.extend(ids)
        return [(id, ["Milton Keynes Lodge" if id == "name" else "Milton", "Keynes"]) for id in ids]

    searching = Engine(Index.build(rows), GAZETTEER, {}, read)
    found = searching.find(parse('"milton keynes" ', today=TODAY), today=TODAY)
    assert set(found.ids) == {"town", "need", "authority", "name"}
    assert sorted(asked) == ["apart", "name"]
    searching.find(parse('"milton keynes" oak', today=TODAY), today=TODAY)
    assert sorted(asked) == ["apart", "name"]
