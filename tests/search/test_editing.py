"""Keys write into the line: what they change is there, and nothing else is otherwise."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from rcc_tui.domain.errors import UsageError
from rcc_tui.search.editing import (
    ANY,
    FILTERS,
    FilterValue,
    correct_again,
    quoted_words,
    take_back,
    toggled,
    with_filter,
    without_filter,
)
from rcc_tui.search.query import Query, parse

TODAY = date(2026, 12, 1)


def read(text: str) -> Query:
    return parse(text, today=TODAY)


def others(query: Query, field: str) -> dict[str, object]:
    """What the query says beside one field, and beside problems, which depend on it."""
    said = {one.name: getattr(query, one.name) for one in fields(query)}
    for name in ("text", "problems", field):
        del said[name]
    said["let_go"] = query.let_go - {field}
    return said


@pytest.mark.parametrize(
    ("text", "name", "value", "after"),
    [
        ("", "age", 12, "12"),
        ("foster 12f", "age", 9, "foster 9 f"),
        ("foster 12f ", "type", ["K2", "foster"], "foster 12f type:K2|foster "),
        ("foster slou", "hub", "N", "foster hub:north slou"),
        ("foster 20mi from SL1", "miles", 25.0, "foster 25mi from SL1"),
        ("20 miles from SL1 4XY solo", "from", "RG1", "20 miles from RG1 solo"),
        ("by 3 dec 12f", "by", "2026-12-24", "by 2026-12-24 12f"),
        ("<1200 oak ", "price", 150_050, "<1500.50 oak "),
        ("oak ", "la", ["871", "826"], 'oak la:slough|"milton keynes" '),
        ("la:berks oak ", "la", "871", "la:slough oak "),
        ("oak ", "-la", "938", 'oak -la:"west sussex" '),
        ("oak -stale ", "stale", True, "oak stale "),
        ("oak ", "emergency", False, "oak -emergency "),
        ("oak ", "emergency", ANY, "oak emergency:any "),
        ("12f ", "age", ANY, "age:any f "),
        ("oak sib2 ", "siblings", 3, "oak sib3 "),
        ("f oak f", "sex", "M", "m oak "),
    ],
)
def test_a_filter_put_into_the_line(text: str, name: str, value: FilterValue, after: str) -> None:
    assert with_filter(text, name, value) == after


@pytest.mark.parametrize(
    ("text", "name", "after"),
    [
        ("foster 12f oak", "age", "foster f oak"),
        ("foster 12f oak", "sex", "foster 12 oak"),
        ("foster 20mi from SL1", "miles", "foster from SL1"),
        ("foster 20mi from SL1", "from", "foster 20mi "),
        ("20mi oak", "miles", "oak"),
        ("oak by 3 dec 2027 12f", "by", "oak 12f"),
        ("oak  elm", "la", "oak  elm"),
        ("oak la:milton keynes elm", "la", "oak elm"),
        ("-type:K1 type:K2 oak -type:S1", "-type", "type:K2 oak "),
        ("age:any oak", "age", "oak"),
        ("", "by", ""),
    ],
)
def test_a_filter_taken_out_of_the_line(text: str, name: str, after: str) -> None:
    assert without_filter(text, name) == after


@pytest.mark.parametrize("text", ['-la:|x|"', 'foo:bar|"', 'a|"b|la:"', "oak " * 249 + "slou", "a" * 1000])
def test_what_is_put_in_is_read_whatever_the_line_is_like(text: str) -> None:
    """An open quote swallows what comes after it; of a very long line the end is not read."""
    assert read(toggled(text, "type", "foster")).types == ("foster",)


def test_values_are_switched_one_by_one() -> None:
    line = toggled("oak ", "type", "K2")
    line = toggled(line, "type", "foster")
    assert line == "oak type:K2|foster "
    assert toggled(toggled(line, "type", "K2"), "type", "foster") == "oak "
    assert read(toggled("la:berks ", "la", "871")).authorities == ("867", "870", "869", "868", "872")


@pytest.mark.parametrize("name", ["colour", "max_miles", ""])
def test_a_filter_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(UsageError):
        with_filter("oak", name, 1)
    with pytest.raises(UsageError):
        without_filter("oak", name)


def test_only_lists_are_switched() -> None:
    with pytest.raises(UsageError):
        toggled("oak", "age", "12")


CODES = ("871", "870", "826", "938", "921", "301")
VALUES: dict[str, st.SearchStrategy[FilterValue]] = {
    "age": st.integers(0, 18),
    "sex": st.sampled_from("FM"),
    "siblings": st.integers(1, 10),
    "price": st.integers(0, 10_000_000),
    "miles": st.integers(0, 999).map(float),
    "from": st.sampled_from(("SL1", "RG12", "W1A")),
    "by": st.dates(date(2026, 1, 1), date(2027, 12, 31)).map(date.isoformat),
    "type": st.lists(st.sampled_from(("K2", "foster", "U4")), min_size=1, unique=True),
    "hub": st.lists(st.sampled_from("NS"), min_size=1, unique=True),
    "la": st.lists(st.sampled_from(CODES[:-1]), min_size=1, unique=True),
}
VALUES |= {"-" + name: VALUES[name] for name in ("type", "hub", "la")}
VALUES |= dict.fromkeys(("emergency", "solo", "own", "stale", "protected"), st.booleans())
CHANGES = st.sampled_from(sorted(VALUES)).flatmap(lambda name: st.tuples(st.just(name), VALUES[name]))

PIECES = st.sampled_from(
    (
        *(
            "oak",
            "slouhg",
            "foster",
            "west",
            '"oak house"',
            "-secure",
            '-"two words"',
            "oak|elm",
            "2001",
            "keynes",
        ),
        *(
            "12f",
            "12",
            "f",
            "male",
            "sib2",
            "<1200",
            "< 900",
            "£95.50",
            "20mi",
            "20 miles",
            "from SL1",
            "SL1 4XY",
        ),
        *(
            "by 3 dec",
            "by 2026-12-24",
            "now",
            "tomorrow",
            "type:K2|foster",
            "-type:K1",
            "hub:north",
            "-hub:s",
        ),
        *(
            "la:slough|oxon",
            'la:"w sussex"',
            "la:milton keynes",
            "-la:kent",
            "own",
            "-stale",
            "emergency",
            "solo:no",
        ),
        *("age:any", "mi:any", "<abc", "type:K9", "foo:bar", "hub:", "19f", "by 31 feb"),
    )
)
LINES = st.lists(PIECES, max_size=7).map(" ".join) | st.lists(PIECES, max_size=7).map(" ".join).map(
    lambda line: line + " "
)


def same(wanted: FilterValue, found: object) -> bool:
    if isinstance(wanted, list):
        return tuple(wanted) == found
    return wanted == found


@given(LINES, CHANGES)
def test_what_is_put_in_is_read_and_the_rest_is_as_it_was(line: str, change: tuple[str, FilterValue]) -> None:
    name, value = change
    field = FILTERS[name]
    after = read(with_filter(line, name, value))
    assert same(value, getattr(after, field))
    assert field not in after.let_go
    assert others(after, field) == others(read(line), field)


@given(LINES, st.sampled_from(sorted(FILTERS)))
def test_what_is_taken_out_is_gone_and_the_rest_is_as_it_was(line: str, name: str) -> None:
    field = FILTERS[name]
    after = without_filter(line, name)
    assert getattr(read(after), field) == getattr(Query(), field)
    assert others(read(after), field) == others(read(line), field)
    assert without_filter(after, name) == after


@example("by 3 dec by 31 feb by 3 dec 2001 2001", "by")
@given(LINES, st.sampled_from(("age", "sex", "siblings", "miles", "by", "emergency", "solo")))
def test_a_requests_filter_let_go_of(line: str, name: str) -> None:
    field = FILTERS[name]
    after = read(with_filter(line, name, ANY))
    assert field in after.let_go
    assert getattr(after, field) == getattr(Query(), field)
    assert others(after, field) == others(read(line), field)


@given(st.text(max_size=60), CHANGES)
def test_no_line_breaks_it(line: str, change: tuple[str, FilterValue]) -> None:
    with_filter(line, *change)
    without_filter(line, change[0])
    take_back(line, line[:5])
    correct_again(line, line[:5])
    quoted_words(line)


@pytest.mark.parametrize(
    ("text", "typed", "after"),
    [
        ("fostr Brighten  12f", "brighten", 'fostr "Brighten"  12f'),
        ("slouhg|readng ", "slouhg", '"slouhg"|readng '),
        ("self-hrm ", "hrm", 'self "hrm" '),
        ("brighten brighten", "brighten", '"brighten" "brighten"'),
        ("brighton", "brighten", "brighton"),
        ("type:fostr", "fostr", "type:fostr"),
        ('"brighten" oak', "brighten", '"brighten" oak'),
        ("hrm -self-hrm ", "hrm", '"hrm" -self-hrm '),
    ],
)
def test_a_correction_is_taken_back_by_quoting(text: str, typed: str, after: str) -> None:
    assert take_back(text, typed) == after


WORDS = st.sampled_from(
    ("slouhg", "fostr", "brighten", "oak|elm", "12f", "type:K2", "-secure", "slouhg|readng")
)


@given(st.lists(WORDS, max_size=6).map(" ".join), st.sampled_from(("slouhg", "fostr", "readng")))
def test_a_correction_taken_back_can_be_made_again(line: str, typed: str) -> None:
    back = take_back(line, typed)
    assert correct_again(back, typed) == line
    assert quoted_words(back) == ((typed,) if typed in line else ())
    assert all(word.literal for word in read(back).words if word.text == typed)


def test_each_guess_by_itself() -> None:
    line = take_back(take_back("fostr slouhg ", "fostr"), "slouhg")
    assert line == '"fostr" "slouhg" '
    assert correct_again(line, "fostr") == 'fostr "slouhg" '


@given(LINES)
def test_a_line_is_read_the_same_whoever_types(line: str) -> None:
    assume(line.strip())
    assert read(line).words == parse(line, today=TODAY, typing=False).words
