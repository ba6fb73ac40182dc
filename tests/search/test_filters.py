"""A filter that cannot be read is named, and the rest still works; nobody is nagged while typing."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rcc_tui.domain.authorities import Authority
from rcc_tui.search import filters
from rcc_tui.search.asked import MOST_WORDS
from rcc_tui.search.names import Names, shipped
from rcc_tui.search.pieces import LONGEST, Piece, pieces
from rcc_tui.search.query import Query, parse
from rcc_tui.search.reading import Reader

TODAY = date(2026, 12, 1)


def read(text: str, *, typing: bool = True) -> Query:
    return parse(text, today=TODAY, typing=typing)


def problems(text: str, *, typing: bool = True) -> list[str]:
    return [problem.text for problem in read(text, typing=typing).problems]


BAD = [
    ("by 31 feb", "by 31 feb"),
    ("by 31 feb 2027", "by 31 feb 2027"),
    ("by 32/12/2026", "by 32/12/2026"),
    ("type:K9", "type:K9"),
    ("type:P1", "type:P1"),
    ("type:castle", "type:castle"),
    ("type:K2|K9", "type:K9"),
    ("hub:xyz", "hub:xyz"),
    ("hub:east", "hub:east"),
    ("la:nowhere", "la:nowhere"),
    ("la:slouhg", "la:slouhg"),
    ("la:999", "la:999"),
    ("foo:bar", "foo:bar"),
    ("tpye:K2", "tpye:K2"),
    ("<abc", "<abc"),
    ("<-5", "<-5"),
    ("sib0", "sib0"),
    ("sib99", "sib99"),
    ("19f", "19f"),
    ("age:99y", "age:99y"),
    ("-12f", "-12f"),
    ("-20mi", "-20mi"),
    ("-sl1", "-sl1"),
    ("12f|13f", "12f|13f"),
    ("-age:12", "-age:12"),
    ("age:12|13", "age:12|13"),
    ("emergency:perhaps", "emergency:perhaps"),
]


@pytest.mark.parametrize(("text", "about"), BAD)
def test_what_no_more_letters_can_mend_is_said_at_once(text: str, about: str) -> None:
    for line in (text, f"{text} ", f"{text} brighton ", f"brighton {text}"):
        assert problems(line) == [about]
        if "brighton" in line:
            assert [word.text for word in read(line).words] == ["brighton"]


LATER = [
    ("hub:", "hub:"),
    ("type:", "type:"),
    ("la:", "la:"),
    ("age:", "age:"),
    ("from", "from"),
    ("by", "by"),
    ("<", "<"),
    ("99mi", "99mi"),
    ("mi:99", "99mi"),
    ("type:s", "type:s"),
    ("type:k", "type:k"),
    ("hub:hub-", "hub:hub-"),
    ("age:x", "age:x"),
    ("sex:x", "sex:x"),
    ("by:31feb", "by:31feb"),
    ("emergency:a", "emergency:a"),
    ("12f 13m", "12f"),
    ("20mi sl1 30mi", "20mi"),
    ("hub:n hub:s", "hub:n"),
    ("now by 3 dec", "now"),
    ("own -own", "own"),
    ("<900 <1000", "<900"),
    ("la:slough la:kent", "la:slough"),
    ("age:12 age:9", "age:12"),
]


@pytest.mark.parametrize(("text", "about"), LATER)
def test_what_more_letters_may_mend_is_said_when_it_is_finished(text: str, about: str) -> None:
    assert problems(text) == []
    assert problems(f"{text} ") == [about]
    assert problems(text, typing=False) == [about]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("house by the bridge ", ["house", "bridge"]),
        ("by bridge", ["bridge"]),
        ("by the", []),
        ("by b", ["b"]),
        ("by slough ", ["slough"]),
        ("by market ", ["market"]),
        ("by monks ", ["monks"]),
        ('by "monday lodge" ', ["monday lodge"]),
        ("by -secure ", ["secure"]),
    ],
)
def test_by_before_what_is_no_day_is_a_word_among_words(text: str, words: list[str]) -> None:
    for typing in (True, False):
        query = read(text, typing=typing)
        assert ([word.text for word in query.words], query.by, query.problems) == (words, "", ())


@pytest.mark.parametrize(
    ("text", "used"),
    [
        ("by 99 ", 1),
        ("by +x ", 1),
        ("by dec ", 1),
        ("by 40th ", 1),
        ("by fridya ", 1),
        ("by 3 ", 1),
        ("by ", 1),
    ],
)
def test_what_looks_like_a_day_and_is_none_is_said(text: str, used: int) -> None:
    assert len(problems(text)) == used
    assert read(text).by == ""


@pytest.mark.parametrize("day", ["3 december 2026", "friday", "tomorrow", "today", "now", "+7", "03/12/2026"])
def test_nobody_is_nagged_nor_looks_for_words_while_a_day_is_typed(day: str) -> None:
    for size in range(len(day) + 1):
        if day[:size].endswith(" 2"):
            continue  # an age as well as the beginning of a year
        query = read(f"by {day[:size]}".rstrip())
        assert ([word.text for word in query.words], query.problems) == ([], ()), day[:size]
    assert read(f"by {day} ").by


def test_what_follows_by_counts_where_it_is_a_filter() -> None:
    query = read("by 12f ")
    assert (query.age, query.sex, query.by, len(query.problems)) == (12, "F", "", 1)
    assert read("by SL1 ").origin == "SL1"


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("slough -slough ", ["-slough"]),
        ("type:K2 -type:K2 ", ["K2"]),
        ("la:slough -la:871 ", ["Slough"]),
        ("age:any 12f ", ["age:any"]),
        ("12f 13m 14f ", ["12f", "13m"]),
        ("12f f ", []),
        ("-hub:n -hub:s ", []),
        ("type:foster -type:U4 ", []),
    ],
)
def test_what_contradicts_itself_is_said(text: str, about: list[str]) -> None:
    assert problems(text) == about


def test_the_last_of_two_counts_and_says_so() -> None:
    query = read("12f 13m ")
    assert (query.age, query.sex) == (13, "M")
    assert query.problems[0].message == "“13m” counts, for it comes later"


def test_a_near_name_is_offered() -> None:
    assert "did you mean Slough?" in read("la:slouhg ").problems[0].message
    assert "did you mean type:?" in read("tpye:K2 ").problems[0].message
    assert "no vacancy is of that type" in read("type:P1 ").problems[0].message


@pytest.mark.parametrize("text", ['"foo:bar"', "10:30 ", '"type:K9"'])
def test_what_is_quoted_or_begins_with_a_digit_is_words(text: str) -> None:
    assert problems(text) == []
    assert read(text).words


SHORT = {
    "oxon": ("931",),
    "bucks": ("825",),
    "berks": ("867", "870", "871", "869", "868", "872"),
    "w sussex": ("938",),
    "e sussex": ("845",),
    "iow": ("921",),
    "mk": ("826",),
    "rbwm": ("868",),
    "bfc": ("867",),
    "southampton": ("852",),
    "soton": ("852",),
    "hants": ("850",),
    "slough children first": ("871",),
    "brighter futures for children": ("870",),
    "afc": ("868",),
}


@pytest.mark.parametrize(("short", "codes"), SHORT.items())
def test_authorities_by_what_people_call_them(short: str, codes: tuple[str, ...]) -> None:
    assert read(f'la:"{short}" ').authorities == codes
    if len(short.split()) <= 4:
        assert read(f"la:{short} oak ").authorities == codes
        assert [word.text for word in read(f"la:{short} oak ").words] == ["oak"]


def test_a_beginning_means_all_that_begin_so() -> None:
    assert read("la:west ").authorities == ("869", "938")


def test_authorities_of_another_region() -> None:
    names = Names((Authority("301", "E09000002", "Barking and Dagenham", "N"),), {"N": "North"})
    query = parse("la:barking hub:n ", today=TODAY, names=names)
    assert (query.authorities, query.hubs, query.problems) == (("301",), ("N",), ())
    assert parse("la:slough ", today=TODAY, names=names).problems
    assert shipped().of("301") == "301"


# Any bytes whatever

pasted = st.one_of(
    st.text(max_size=300),
    st.text(alphabet='|":-<£ab1 ', max_size=300),
    st.text(alphabet="‮‏\x00\x1b[31m\x7f🏠👩‍👧אבג \t\n", max_size=200),
    st.binary(max_size=200).map(lambda data: data.decode("utf-8", "surrogateescape")),
    st.lists(
        st.sampled_from((".*", "[a-", "(?=", "\\", "+?", "la:", "type:", "by", "|", '"')), max_size=60
    ).map("".join),
)


@settings(deadline=None)
@given(pasted)
def test_nothing_typed_breaks_it(text: str) -> None:
    for typing in (True, False):
        query = read(text, typing=typing)
        assert sum(len(word.each) for word in query.words) <= MOST_WORDS
        assert all(word.text for word in query.words)
        assert len(query.problems) <= 13
        assert query.text == text


@settings(deadline=None)
@given(pasted)
def test_the_pieces_are_the_line_without_its_spaces(text: str) -> None:
    found = pieces(text)
    line = text[:LONGEST]
    assert [line[piece.start : piece.end] for piece in found] == [piece.raw for piece in found]
    gaps = line
    for piece in reversed(found):
        gaps = gaps[: piece.start] + gaps[piece.end :]
    assert not gaps.strip()


@pytest.mark.parametrize(
    "text",
    [
        "a" * 10_000,
        "ab " * 5_000,
        ".*[(+?^$" * 1_000,
        '"' * 9_999,
        "a|" * 5_000,
        "la:x " * 2_000,
        "🏠 " * 5_000,
    ],
)
def test_the_work_is_bounded_whatever_is_pasted(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted in pieces looked at and words kept: no more for ten thousand characters than for a thousand."""
    looked: list[Piece] = []
    whole = filters.read

    def counted(reader: Reader, piece: Piece) -> int:
        looked.append(piece)
        return whole(reader, piece)

    monkeypatch.setattr(filters, "read", counted)
    query = read(text)
    assert len(looked) <= LONGEST
    assert sum(len(word.each) for word in query.words) <= MOST_WORDS
    assert all(len(word.text) <= 200 for word in query.words)
    assert any("1,000 characters" in problem.message for problem in query.problems)
