"""Words to terms: what may be corrected to what, and what it costs."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from rcc_tui.search.asked import Word
from rcc_tui.search.index import Index
from rcc_tui.search.rows import IndexRow
from rcc_tui.search.slips import cost
from rcc_tui.search.spelling import BEGUN, CORRECTED, EXACT, MOST, Speller, aliases_of, allowance
from rcc_tui.search.tokens import tokenise

TERMS = ("oak", "oaks", "brighton", "brightling", "slough", "autism", "west", "sussex", "2000", "2001", "ox5")


def speller() -> Speller:
    return Speller(Index.build([IndexRow("one", TERMS)]), aliases_of({"asd": "autism", "ws": "west sussex"}))


def corrected(text: str, unfinished: bool = False) -> list[tuple[str, ...]]:
    return [one.terms for one in speller().corrected(text, unfinished)]


@pytest.mark.parametrize(
    ("word", "slips"),
    [
        ("ox", 0),
        ("oak", 1),
        ("west", 1),
        ("reads", 2),
        ("autistic", 2),
        ("brighton2", 0),
        ("chichester", 3),
        ("x" * 40, 0),
    ],
)
def test_allowance(word: str, slips: int) -> None:
    assert allowance(word) == slips


@pytest.mark.parametrize(
    ("typed", "term"),
    [
        ("brigton", "brighton"),
        ("rbighton", "brighton"),
        ("oka", "oak"),
        ("sluogh", "slough"),
        ("autisim", "autism"),
        ("pak", "oak"),
    ],
)
def test_slips_lead_back_to_the_term_first(typed: str, term: str) -> None:
    assert corrected(typed)[0] == (term,)


@pytest.mark.parametrize("typed", ["2002", "ox4", "0x5", "br1ghton", "zz"])
def test_what_has_a_digit_or_two_letters_is_not_corrected(typed: str) -> None:
    assert corrected(typed) == []


def test_a_beginning_with_a_slip_is_read_while_typing() -> None:
    assert ("brighton",) in corrected("brihg", unfinished=True)
    assert ("brighton",) not in corrected("brihg")


def test_words_written_as_one() -> None:
    assert corrected("westsussex")[0] == ("west", "sussex")
    assert corrected("westsusex")[0] == ("west", "sussex")


@pytest.mark.parametrize(
    ("typed", "term"),
    [
        ("brighghton", "brighton"),
        ("bribrighghton", "brighton"),
        ("brighghtan", "brighton"),
        ("slouloughgh", "slough"),
        ("austismtism", "autism"),
        ("auautisms", "autism"),
    ],
)
def test_syllables_typed_twice_with_a_slip_beside(typed: str, term: str) -> None:
    assert corrected(typed)[:1] == [(term,)]


@pytest.mark.parametrize("typed", ["famifamilies", "fmailies", "famiilies"])
def test_plurals_with_a_slip(typed: str) -> None:
    speller = Speller(Index.build([IndexRow("one", ("family", "house"))]), {})
    assert [one.terms for one in speller.corrected(typed, False)][:1] == [("family",)]


def test_as_typed() -> None:
    found = speller().typed(Word("oak"))
    assert (found[0].terms, found[0].cost) == (("oak",), EXACT)
    begun = speller().typed(Word("bri", unfinished=True))
    assert [(one.terms, one.cost, one.begins) for one in begun] == [((), BEGUN, "bri")]
    whole = speller().typed(Word("bri"))
    assert [one.terms for one in whole] == [("brightling",), ("brighton",)]
    assert EXACT < BEGUN < min(one.cost for one in whole) <= max(one.cost for one in whole) < CORRECTED
    assert [one.terms for one in speller().typed(Word("asd"))] == [("autism",)]
    assert [one.terms for one in speller().typed(Word("ws"))] == [("west", "sussex")]
    assert speller().typed(Word("bri", literal=True)) == []
    assert speller().typed(Word("20")) == []


@settings(deadline=None)
@given(
    st.text("abcdeghilnorstu", min_size=3, max_size=12), st.text("abcdeghilnorstu", min_size=3, max_size=12)
)
def test_a_slip_always_costs_something(typed: str, term: str) -> None:
    assert (cost(typed, term, OSA.distance(typed, term)) > 0) == (typed != term)


@pytest.mark.parametrize(
    ("cheap", "dear"),
    [
        (("brihgton", "brighton"), ("brixxton", "brighton")),
        (("brightom", "brighton"), ("brightoz", "brighton")),
        (("brightton", "brighton"), ("brighxton", "brighton")),
        (("brightan", "brighton"), ("brightqn", "brighton")),
        (("brighzon", "brighton"), ("xrighton", "brighton")),
        (("slogh", "slough"), ("sloh", "slough")),
        (("brghton", "brighton"), ("brxighton", "brighton")),
        (("ilton", "milton"), ("xilton", "milton")),
    ],
)
def test_likely_slips_are_cheap(cheap: tuple[str, str], dear: tuple[str, str]) -> None:
    assert cost(*cheap, OSA.distance(*cheap)) < cost(*dear, OSA.distance(*dear)) <= MOST - CORRECTED


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("St Mary's", ["st", "marys"]),
        ("Bexhill-on-Sea", ["bexhill", "on", "sea"]),
        ("Café_Élan 12/3", ["cafe", "elan", "12", "3"]),
        ("harm_physical", ["harm", "physical"]),
        ("\x00 [b]x", ["b", "x"]),
        ("", []),
    ],
)
def test_tokens(text: str, words: list[str]) -> None:
    assert tokenise(text) == words
