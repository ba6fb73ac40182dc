"""What users of engines that forgive slips complain of. Each complaint has its test."""

from __future__ import annotations

import pytest

from rcc_tui.search.index import Index
from rcc_tui.search.rows import IndexRow
from rcc_tui.search.spelling import Speller
from tests.search.made import TODAY, engine, random_rows, row
from tests.search.test_engine import ask


@pytest.mark.parametrize(
    ("typed", "id"), [("aok ", "oak"), ("oka ", "oak"), ("elk ", "elm"), ("kant ", "kent")]
)
def test_short_words_may_have_a_slip(typed: str, id: str) -> None:
    searching = engine([row("oak", "Oak"), row("elm", "Elm"), row("kent", "Kent")])
    assert ask(searching, typed).ids[:1] == (id,)


def test_a_correction_never_ranks_above_an_exact_hit() -> None:
    """However much better the corrected place fits, and however rare the exact word is."""
    fresh = TODAY.isoformat()
    better = [row(f"b{n:03}", "Homes", outcode="SL1", stale_on=fresh, emergency=True) for n in range(200)]
    searching = engine([*better, row("exact", "Home", outcode="CT1", free=0)])
    for typed in ("home ", "home", "home from SL1 ", "home from SL1"):
        assert ask(searching, typed, buyer="871").ids[0] == "exact"
    searching = engine([*better, row("exact", "Holmes", outcode="CT1", free=0)])
    assert ask(searching, "holmes from SL1 ").ids[0] == "exact"
    assert ask(searching, "homes from SL1 ").ids[0] != "exact"


@pytest.mark.parametrize("typed", ["2001", "2001 ", "871-0002 ", "1234568 ", "sl14 "])
def test_numbers_are_never_corrected(typed: str) -> None:
    searching = engine([row("near", "2000 871 0001 1234567 sl15 House")])
    found = ask(searching, f"house {typed}")
    assert found.corrections == ()
    assert "→" not in found.understood
    assert ask(searching, "2001 ").total == 0


def test_the_exact_word_beats_any_number_of_near_ones() -> None:
    many = row("many", "Oaks Oake Oaky Oakes Oakley Oaken Soak Oat House")
    assert ask(engine([many, row("one", "Oak House")]), "oak ").ids == ("one", "many")
    assert ask(engine([many, row("one", "Oak House")]), "oak house ").ids[0] == "one"


@pytest.mark.parametrize("typed", ["righton ", "vrighton ", "rbighton ", "bbrighton ", "righto", "vright"])
def test_a_slip_of_the_first_letter_is_found(typed: str) -> None:
    searching = engine([*random_rows(3, 100), row("meant", "Brighton")])
    brighton = {one.id for one in random_rows(3, 100) if "brighton" in one.words}
    assert ask(searching, typed).ids[0] in {"meant", *brighton}


def test_no_result_depends_on_a_hidden_cap() -> None:
    """Five thousand words are as like as the one meant, and its place comes last: it is listed."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    near = [f"br{a}ght{b}n{c}" for a in letters for b in letters for c in letters[:8]]
    rows = [row(f"{n:05}", word) for n, word in enumerate(near)]
    searching = engine([*rows, row("zz", "brightonz")])
    assert "zz" in ask(searching, "brigthonz ", limit=None).ids
    whole = ask(searching, "br", limit=None)
    assert len(whole.ids) == whole.total == len(rows) + 1


def test_the_order_of_places_in_the_list_changes_nothing() -> None:
    rows = random_rows(4, 200)
    for typed in ("brigthon ", "oka huose ", "lakside windsr", "slouhg autisim "):
        there, back = ask(engine(rows), typed), ask(engine(rows[::-1]), typed)
        assert (there.ids, there.total, there.understood) == (back.ids, back.total, back.understood)


def test_another_place_with_the_same_words_changes_no_correction() -> None:
    """Readings depend on which words there are, not on how many places were added since and taken out."""
    rows = random_rows(5, 120)
    index = Index.build(rows)
    before = Speller(index, {}).corrected("brigthon", False)
    for number in range(300):
        index.add(IndexRow(f"more{number}", ("brightling",)))
    for number in range(300):
        index.remove(f"more{number}")
    assert Speller(index, {}).corrected("brigthon", False) == before
