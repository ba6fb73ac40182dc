"""Every kind of slip leads to the place that was meant, among hundreds of others; exact words stay first."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rcc_tui.search.engine import Engine
from rcc_tui.search.index import INDEX_VERSION, Index
from rcc_tui.search.lexicon import Lexicon
from rcc_tui.search.packed import Packed
from rcc_tui.search.slips import cost
from rcc_tui.search.sounds import sound
from tests.search.made import GAZETTEER, SYNONYMS, engine, random_rows, row
from tests.search.test_engine import ask

HOMES = (
    "Larkfield House Basingstoke residential autism",
    "Phillips household Faringdon foster epilepsy",
    "Knightwood Lodge Wroxton supported therapy",
    "Quarrybourne Cottage Aylesbury residential wheelchair",
    "Whitechapel family Chichester foster disability",
    "Scholarsmead Grange Maidenhead secure attachment",
    "Sunglade Court Wolverhampton residential education",
    "Pemberton household Gravesend foster families",
)
ENGINE = engine([*random_rows(9, 400), *(row(f"home{n}", text) for n, text in enumerate(HOMES))])


@pytest.mark.parametrize(
    ("typed", "home"),
    [
        ("larkfeild ", 0),  # swapped
        ("larkfild ", 0),  # left out
        ("larkfieeld ", 0),  # doubled
        ("larkfiweld ", 0),  # put in
        ("larkgield ", 0),  # the key beside
        ("lark field ", 0),  # cut in two
        ("lurkfield ", 0),  # a vowel
        ("filips ", 1),  # by ear
        ("faringdun household ", 1),
        ("nightwood ", 2),  # a silent letter
        ("roxton ", 2),
        ("knightwod ", 2),
        ("quarybourn ", 3),  # endings
        ("aylesb ", 3),
        ("kwarrybourne ", 3),
        ("hitechapel ", 4),  # the first letter missing
        ("xhitechapel ", 4),  # or wrong
        ("whitchaple ", 4),  # two slips
        ("chichichester ", 4),  # a syllable twice
        ("chichesfer ", 4),  # misread
        ("scholarsmeed ", 5),
        ("maidenheadsecure ", 5),  # joined
        ("maidenhaedsecure ", 5),
        ("maiden haed ", 5),  # cut in two with a slip
        ("scolarsm", 5),  # unfinished
        ("maidenheadsec", 5),
        ("sun lade ", 6),
        ("sungladec ourt ", 6),  # the space in the wrong place
        ("wolverhamtpon education ", 6),
        ("education wolverhamtpon ", 6),  # another order
        ("family pembreton ", 7),  # another form of a word
        ("gravs end ", 7),
    ],
)
def test_each_kind_of_slip(typed: str, home: int) -> None:
    assert ask(ENGINE, typed).ids[:1] == (f"home{home}",)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("philips", "filips"),
        ("knight", "nite"),
        ("wroxton", "rockston"),
        ("quay", "kway"),
        ("isle", "ysle"),
        ("lamb", "lam"),
        ("cecil", "sesil"),
    ],
)
def test_what_sounds_alike(one: str, other: str) -> None:
    assert sound(one) == sound(other)


@pytest.mark.parametrize(
    ("one", "other"), [("hill", "hall2"), ("kent", "gwent"), ("home", "homes"), ("care", "carer")]
)
def test_what_does_not(one: str, other: str) -> None:
    assert sound(one) != sound(other)


def test_a_word_by_ear_is_cheaper_than_its_slips() -> None:
    assert cost("fillips", "phillips", 2) < cost("exillips", "phillips", 2)


words = st.text("abcdehilnorst", min_size=3, max_size=11)


@settings(deadline=None)
@given(
    st.lists(words, unique=True, min_size=1, max_size=30),
    st.lists(words, unique=True),
    words,
    st.integers(1, 3),
)
def test_the_letters_in_common_lose_no_word(
    first: list[str], later: list[str], typed: str, slips: int
) -> None:
    from rapidfuzz.distance import OSA

    lexicon = Lexicon(first)
    for word in later:
        if word not in first:
            lexicon.add(word)
    every = dict.fromkeys([*first, *later])
    near = {word: OSA.distance(typed, word) for word in every}
    assert dict(lexicon.alike(typed, slips)) == {word: made for word, made in near.items() if made <= slips}
    size = len(typed)
    starts = {(word, word[:n]) for word in every for n in (size - 1, size, size + 1) if len(word) >= n > 1}
    begun = {(word, start) for word, start in starts if OSA.distance(typed, start) <= slips}
    assert pairs(lexicon.begun(typed, slips)) == begun


def pairs(begun: list[tuple[str, list[str]]]) -> set[tuple[str, str]]:
    return {(word, start) for start, words in begun for word in words if len(start) > 1}


@settings(deadline=None)
@given(
    st.lists(words, unique=True, min_size=1, max_size=40),
    st.data(),
    st.text("abcdehilnorst", max_size=3),
    st.integers(1, 2),
)
def test_with_one_more_letter_no_word_begins_so_that_did_not_before(
    known: list[str], data: st.DataObject, more: str, slips: int
) -> None:
    word = data.draw(st.sampled_from(known))
    at = data.draw(st.integers(0, len(word)))
    typed = word[:at] + more + word[at + data.draw(st.integers(0, 2)) :]
    lexicon, before = Lexicon(known), None
    for end in range(3, len(typed) + 1):
        anew = lexicon.begun(typed[:end], slips)
        assert pairs(lexicon.begun(typed[:end], slips, before)) == pairs(anew)
        before = list(dict.fromkeys(word for _, words in anew for word in words))


@settings(deadline=None)
@given(
    st.dictionaries(words, st.sets(st.integers(0, 500), min_size=1)),
    st.dictionaries(words, st.sets(st.integers(0, 500))),
)
def test_small_sets_are_what_was_put_in(kept: dict[str, set[int]], over: dict[str, set[int]]) -> None:
    packed = Packed.of((name, sorted(rows)) for name, rows in kept.items())
    packed = packed.with_sets((name, sorted(rows)) for name, rows in over.items())
    packed = Packed.load(packed.dump())
    expected = {name: rows for name, rows in {**kept, **over}.items() if rows}
    assert packed.names == sorted(expected)
    assert {name: set(packed.get(name) or ()) for name in packed.names} == expected
    for start in ("", "a", "no"):
        begun = {name for name in expected if name.startswith(start)}
        assert set(packed.beginning(start)) == begun
        assert set(packed.rows_beginning(start)) == set().union(*(expected[name] for name in begun))
        for number in {0, 1, 256}.union(*expected.values()):
            having = (name for name in sorted(begun) if number in expected[name])
            assert packed.first_of(number, start) == next(having, None)
    assert [packed.size(name) for name in packed.names] == [len(expected[name]) for name in packed.names]
    assert packed.size("zz") == 0


CROWD = random_rows(11, 300)
CROWDED = engine(CROWD)


@settings(deadline=None)
@given(st.sampled_from(CROWD), st.data())
def test_exact_words_find_first_what_has_them_all(meant: object, data: st.DataObject) -> None:
    known = sorted(set(meant.words))  # type: ignore[attr-defined]
    typed = data.draw(st.lists(st.sampled_from(known), unique=True, min_size=1, max_size=4))
    literal = [f'"{word}"' if word in ("secure", "solo") else word for word in typed]
    found = ask(CROWDED, " ".join(literal) + " ", limit=None)
    by_id = {one.id: set(one.words) for one in CROWD}
    exact = [set(typed) <= by_id[id] for id in found.ids]
    assert exact == sorted(exact, reverse=True)
    assert sum(exact) == sum(set(typed) <= words for words in by_id.values())
    assert found.corrections == ()


@settings(deadline=None)
@given(st.sampled_from(CROWD), st.integers(0, 8), st.sampled_from("aeghilnorst"))
def test_no_corrected_place_stands_above_one_that_has_the_word(meant: object, at: int, letter: str) -> None:
    word = sorted(meant.words, key=len)[-1]  # type: ignore[attr-defined]
    typed = word[:at] + letter + word[at:]
    rows = [*CROWD, row("typed", typed)]
    assert ask(engine(rows), typed + " ").ids[0] == "typed"


@settings(deadline=None)
@given(st.sampled_from(CROWD), st.data())
def test_what_was_typed_before_changes_nothing(meant: object, data: st.DataObject) -> None:
    known = sorted({word for word in meant.words if word.isalpha()})  # type: ignore[attr-defined]
    line = " ".join(data.draw(st.lists(st.sampled_from(known), unique=True, min_size=1, max_size=3)))
    at = data.draw(st.integers(0, len(line)))
    line = line[:at] + data.draw(st.text("aeinst ", max_size=2)) + line[at + data.draw(st.integers(0, 2)) :]
    anew = engine(CROWD[:150])
    for end in range(len(line) + 1):
        typed = ask(anew, line[:end])
        fresh = ask(CROWDED_FRESH, line[:end])
        assert replace(typed, micros=0) == replace(fresh, micros=0)
        CROWDED_FRESH.forget()


CROWDED_FRESH = engine(CROWD[:150])


def test_a_word_of_places_taken_out_is_no_correction() -> None:
    index = Index.build([row("gone", "Brighton"), row("there", "Brightling House")])
    searching = Engine(index, GAZETTEER, SYNONYMS)
    assert ask(searching, "brightom ").ids == ("gone",)
    index.remove("gone")
    found = ask(searching, "brightom ")
    assert "Brighton" not in found.understood
    loaded = Index.load(index.dump(), INDEX_VERSION)
    assert loaded is not None
    assert ask(Engine(loaded, GAZETTEER, SYNONYMS), "brightom ").understood == found.understood
    assert ask(Engine(index.compact(), GAZETTEER, SYNONYMS), "brightom ").understood == found.understood
