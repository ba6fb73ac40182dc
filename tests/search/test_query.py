"""Reading the search box: exact filters, words left over, and no text that breaks it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rcc_tui.domain.needs import Needs
from rcc_tui.search.asked import NO_ORIGIN
from rcc_tui.search.query import Query, Word, describe_filters, parse, take_back

TODAY = date(2026, 12, 1)


def read(text: str) -> Query:
    return parse(text, today=TODAY)


def words(text: str) -> list[str]:
    return [word.text for word in read(text).words]


def test_the_whole_line_of_an_officer() -> None:
    query = read("fostr slouhg autisim 12f sib2 <1200 20mi from SL1 ")
    assert [word.text for word in query.words] == ["fostr", "slouhg", "autisim"]
    assert (query.age, query.sex, query.siblings) == (12, "F", 2)
    assert (query.max_weekly, query.max_miles, query.origin) == (120_000, 20.0, "SL1")
    assert query.problems == ()


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("12", "age", 12),
        ("0m", "age", 0),
        ("12F", "sex", "F"),
        ("m ", "sex", "M"),
        ("female", "sex", "F"),
        ("sib3", "siblings", 3),
        ("<£1,200.50", "max_weekly", 120_050),
        ("< 900", "max_weekly", 90_000),
        ("£900", "max_weekly", 90_000),
        ("from sl1 4xy", "origin", "SL1"),
        ("SL14XY", "origin", "SL1"),
        ("sl1", "origin", "SL1"),
        ("w1a 1aa", "origin", "W1A"),
        ("20 miles from SL1", "max_miles", 20.0),
        ("2.5mi sl1", "max_miles", 2.5),
        ("now", "by", "2026-12-01"),
        ("by 3 dec", "by", "2026-12-03"),
        ("by 3 dec 2027", "by", "2027-12-03"),
        ("by 03/12/2026", "by", "2026-12-03"),
        ("by 2026-12-24", "by", "2026-12-24"),
        ("emergency", "emergency", True),
        ("solo", "solo", True),
        ("own", "own", True),
        ("-own", "own", False),
        ("-stale", "stale", False),
        ("protected", "protected", True),
        ("tomorrow", "by", "2026-12-02"),
        ("hub:North", "hubs", ("N",)),
        ("hub:n|s", "hubs", ("N", "S")),
        ("-hub:south", "not_hubs", ("S",)),
        ("type:K2", "types", ("K2",)),
        ("type:fos", "types", ("foster",)),
        ("type:K2|foster", "types", ("K2", "foster")),
        ("-type:k1", "not_types", ("K1",)),
        ("-type:K1 -type:school", "not_types", ("K1", "school")),
        ("la:slough", "authorities", ("871",)),
        ("authority:871|870", "authorities", ("871", "870")),
        ("-la:oxon", "not_authorities", ("931",)),
        ('la:"w sussex"|iow', "authorities", ("938", "921")),
        ("la:w sussex", "authorities", ("938",)),
        ("la:Milton Keynes", "authorities", ("826",)),
        ("la:E06000039", "authorities", ("871",)),
        ("la:achieving", "authorities", ("868",)),
        ("la:isle of wight", "authorities", ("921",)),
        ("la:rbwm", "authorities", ("868",)),
        ("la:Kent County Council", "authorities", ("886",)),
        ("la:slough borough council", "authorities", ("871",)),
        ("la:royal borough of windsor & maidenhead", "authorities", ("868",)),
        ('la:"the city of southampton"|brighton & hove city council', "authorities", ("852", "846")),
        ("age:12", "age", 12),
        ("sex:female", "sex", "F"),
        ("–own", "own", False),
        ("sib:2", "siblings", 2),
        ("2 siblings", "siblings", 2),
        ("sib 3", "siblings", 3),
        ("mi:20 sl1", "max_miles", 20.0),
        ("price:1200", "max_weekly", 120_000),
        ("from:sl1", "origin", "SL1"),
        ("by:3dec", "by", "2026-12-03"),
        ('by:"3 dec"', "by", "2026-12-03"),
        ("emergency:no", "emergency", False),
        ("age:any", "let_go", frozenset({"age"})),
        ("mi:any sib:any", "let_go", frozenset({"max_miles", "siblings"})),
    ],
)
def test_filters(text: str, field: str, value: object) -> None:
    query = read(text)
    assert getattr(query, field) == value
    assert query.words == ()
    assert query.problems == ()


# The letters that the second half of a postcode is written with.
INWARD = "abdefghjlnpqrstuwxyz"


@pytest.mark.parametrize("letter", INWARD)
def test_the_second_half_of_a_postcode_is_read_whatever_its_letters(letter: str) -> None:
    for text in (f"ox1 5{letter}{letter}", f"OX15{letter}{letter}", f"from ox1 5{letter}d 20mi"):
        query = read(f"{text} ")
        assert (query.origin, query.words, query.problems, query.age) == ("OX1", (), (), None)


@pytest.mark.parametrize("letter", sorted(set("abcdefghijklmnopqrstuvwxyz") - set(INWARD)))
def test_six_letters_are_in_no_second_half(letter: str) -> None:
    query = read(f"ox1 5{letter}a ")
    assert (query.origin, [word.text for word in query.words]) == ("OX1", [f"5{letter}a"])
    assert [word.text for word in read(f"ox15a{letter} ").words] == [f"ox15a{letter}"]


@pytest.mark.parametrize("line", ["from OX1 5mi ", "OX1 5mi ", "5mi OX1 ", "from ox1 5 mi "])
def test_miles_after_an_outcode_are_miles(line: str) -> None:
    query = read(line)
    assert (query.origin, query.max_miles, query.words, query.problems) == ("OX1", 5.0, (), ())


def test_years_after_an_outcode_are_an_age() -> None:
    query = read("from OX1 5yo ")
    assert (query.origin, query.age) == ("OX1", 5)


@pytest.mark.parametrize("line", ["ox1 5d", "from ox1 5d", "SL1 4x"])
def test_half_of_a_second_half_is_waited_for(line: str) -> None:
    assert (read(line).words, read(line).problems) == ((), ())
    assert [word.text for word in read(f"{line} ").words] == [line[-2:].lower()]


def test_a_year_after_a_day_has_four_digits_so_an_age_may_follow() -> None:
    query = read("by 3 dec 12 f")
    assert (query.by, query.age, query.sex) == ("2026-12-03", 12, "F")


def test_a_number_of_siblings_is_no_age_and_an_age_no_number_of_siblings() -> None:
    query = read("12 f 2 siblings ")
    assert (query.age, query.sex, query.siblings, query.problems) == (12, "F", 2, ())
    query = read("sib 12 ")
    assert (query.age, query.siblings, [word.text for word in query.words]) == (12, 0, ["sib"])


def test_a_word_after_an_authority_is_no_part_of_its_title() -> None:
    query = read("la:slough city lodge ")
    assert (query.authorities, [word.text for word in query.words]) == (("871",), ["city", "lodge"])


def test_a_sign_after_an_authority_is_no_part_of_its_name() -> None:
    query = read("la:oxon < 900 ")
    assert (query.authorities, query.max_weekly, query.words) == (("931",), 90_000, ())


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("<abc brighton", "<abc"),
        ("99mi brighton", "99mi"),
        ("sib0 brighton", "sib0"),
        ("19f brighton", "19f"),
        ("type:castle brighton", "type:castle"),
        ("hub: brighton", "hub:"),
        ("brighton from ", "from"),
        ("brighton by ", "by"),
        ("< brighton", "<"),
    ],
)
def test_a_bad_filter_says_so_and_the_rest_still_works(text: str, about: str) -> None:
    query = read(text)
    assert [problem.text for problem in query.problems] == [about]
    assert "brighton" in [word.text for word in query.words]


@pytest.mark.parametrize("text", ["<", "from", "from b", "by", "by 3", "hub:", "type:", "type:s"])
def test_a_filter_still_being_typed_is_no_problem(text: str) -> None:
    assert read(text).problems == ()


def test_the_last_word_is_unfinished_unless_a_space_follows() -> None:
    assert read("oak hou").words == (Word("oak"), Word("hou", unfinished=True))
    assert read("oak hou ").words == (Word("oak"), Word("hou"))


def test_quotes_make_words_literal() -> None:
    assert read('"oak" brig ').words == (Word("oak", literal=True), Word("brig"))
    assert read('"Oak House" brig ').words == (Word("oak house", literal=True), Word("brig"))
    assert read('"12f"').age is None
    assert words('"12f') == ["12f"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('"milton key', [("milton", False), ("key", True)]),
        ('"milton ', [("milton", False)]),
        ('oak "mil', [("oak", False), ("mil", True)]),
        ('oak|"mil', [("oak", False)]),
        ('"12f', [("12f", True)]),
        ('"', []),
        ('" ', []),
    ],
)
def test_an_open_quote_is_its_words_so_far(text: str, found: list[tuple[str, bool]]) -> None:
    query = read(text)
    assert [(word.text, word.unfinished) for word in query.words] == found
    assert query.age is None
    assert query.problems == ()


def test_an_open_quote_is_not_corrected_and_its_choice_is_half_typed() -> None:
    assert read('"mil').words == (Word("mil", unfinished=True, literal=True),)
    (choice,) = read('oak|"mil').words
    assert choice.others == (Word("mil", unfinished=True, literal=True),)


def test_what_is_left_out_in_an_open_quote_is_left_out_as_a_whole() -> None:
    assert read('oak -"milton key').words[1:] == (Word("milton key", literal=True, excluded=True),)


def test_a_finished_line_with_an_open_quote_says_so() -> None:
    for line in ('oak "milton key', 'oak "milton key '):
        query = parse(line, today=TODAY, typing=False)
        assert [(one.text, one.message) for one in query.problems] == [
            ('"milton key', "the quote is not closed: its words are looked for each by itself")
        ]
    assert (
        parse('oak -"milton key', today=TODAY, typing=False).problems[0].message == "the quote is not closed"
    )
    assert parse('la:"w sussex', today=TODAY, typing=False).problems == ()


def test_minus_leaves_a_word_out() -> None:
    assert read("-secure ").words == (Word("secure", excluded=True),)
    assert read("-west-sussex ").words == read('-"west sussex" ').words, "not all of the west"
    assert read("-self_harm|oak ").words == read('-"self harm" -oak ').words


def test_large_numbers_are_words_and_small_words_are_dropped() -> None:
    assert words("2001 house in the wood ") == ["2001", "house", "wood"]


def test_what_is_typed_last_counts() -> None:
    assert read("12f 14m ").age == 14
    assert read("12f 14m ").sex == "M"


def test_filters_come_from_a_request_where_the_text_has_none() -> None:
    needs = Needs(
        age=9, sex="F", siblings=2, home="SL1", max_miles=20, needed_by="2026-12-05", emergency=True
    )
    query = read("brighton 12 99mi").filled(needs)
    assert (query.age, query.sex, query.siblings, query.origin) == (12, "F", 2, "SL1")
    assert (query.max_miles, query.by, query.emergency) == (99.0, "2026-12-05", True)
    assert query.problems == ()
    assert read("99mi ").problems[0].message == NO_ORIGIN
    assert read("99mi").problems == ()
    assert parse("99mi", today=TODAY, typing=False).problems[0].message == NO_ORIGIN


def test_an_origin_given_beside_the_text() -> None:
    query = parse("20mi", today=TODAY, origin="sl1")
    assert (query.origin, query.problems) == ("SL1", ())
    assert parse("20mi bn1", today=TODAY, origin="sl1").origin == "BN1"


def test_filters_are_said_back() -> None:
    query = read("12f sib2 <1200 20mi from SL1 by 3 dec -stale hub:north")
    assert " · ".join(describe_filters(query)) == (
        "12 · female · 2 places · up to £1,200.00 · within 20 miles of SL1"
        " · by 3 Dec 2026 · hub north · not stale"
    )


def test_a_correction_is_taken_back_by_quoting() -> None:
    assert take_back("fostr Brighten 12f", "brighten") == 'fostr "Brighten" 12f'


@settings(deadline=None)
@given(st.text(max_size=120) | st.from_regex(r"([<£\-]?\w{0,4}[:\"]? ?(by|from|hub:|sib|mi|SL1|<)?){0,9}"))
def test_no_text_breaks_it(text: str) -> None:
    query = read(text)
    assert all(word.text for word in query.words)
    assert query.age is None or 0 <= query.age <= 18
    describe_filters(query)


@pytest.mark.parametrize(
    "text", ["a" * 10_000, "ab " * 5_000, ".*[(+?^$" * 1_000, "\x00\x1b[31m\x7f " * 500, '"' * 9_999]
)
def test_a_great_paste_is_read(text: str) -> None:
    query = read(text)
    assert len(query.words) <= 16


def test_too_many_words_are_said() -> None:
    query = read(" ".join(f"word{chr(97 + n)}" for n in range(20)))
    assert len(query.words) == 16
    assert "16 words" in query.problems[0].message
