from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rcc_tui.domain.dates import (
    age_on,
    collection_year,
    iso_date,
    month_end,
    months,
    nights,
    parse_date,
    show_date,
)
from rcc_tui.domain.errors import Refused

TODAY = date(2026, 12, 1)  # a Tuesday
DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2026-12-03", "2026-12-03"),
        ("03/12/2026", "2026-12-03"),
        ("3/12/26", "2026-12-03"),
        ("3.12.2026", "2026-12-03"),
        ("5/6/99", "1999-06-05"),
        ("3 dec", "2026-12-03"),
        ("3rd December 2026", "2026-12-03"),
        ("3 Dec 26", "2026-12-03"),
        ("3dec", "2026-12-03"),
        ("9 sept", "2027-09-09"),
        ("20 nov", "2026-11-20"),
        ("1 jan", "2027-01-01"),
        ("29 feb", "2028-02-29"),
        ("today", "2026-12-01"),
        ("Tomorrow ", "2026-12-02"),
        ("yesterday", "2026-11-30"),
        ("+7", "2026-12-08"),
        ("+0", "2026-12-01"),
        ("-2", "2026-11-29"),
        ("tuesday", "2026-12-08"),
        ("wed", "2026-12-02"),
        ("mon", "2026-12-07"),
    ],
)
def test_dates_as_people_type_them(text: str, iso: str) -> None:
    assert parse_date(text, TODAY, "start").isoformat() == iso


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "31/2/2026",
            "2026-02-30",
            "31 jun",
            "30 feb",
            "0/1/2026",
            "12",
            "3 foo",
            "2026-13-01",
            "+99999",
        ),
        *("tu", "1/2/3", "dec", "3 d", "20261203", "١/٢/٢٠٢٦", "2026-W49-4", "0000-01-01", "3 dec 0000"),
    ],
)
def test_impossible_dates_are_refused(text: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_date(text, TODAY, "start")
    assert refused.value.where == "start"
    assert refused.value.hint


@given(st.text(max_size=20))
def test_no_text_brings_anything_but_a_day_or_a_refusal(text: str) -> None:
    try:
        found = parse_date(text, TODAY, "start")
    except Refused:
        return
    assert isinstance(found, date)


@given(DAYS, DAYS)
def test_every_written_form_reads_back(day: date, today: date) -> None:
    assert parse_date(day.isoformat(), today) == day
    assert parse_date(show_date(day), today) == day
    assert parse_date(f"{day.day} {day:%b} {day.year}", today) == day
    assert iso_date(day.isoformat()) == day


@given(DAYS, DAYS)
def test_a_day_without_a_year_is_the_coming_one_or_just_gone(day: date, today: date) -> None:
    found = parse_date(f"{day.day} {day:%B}", today)
    assert (found.day, found.month) == (day.day, day.month)
    assert found >= today - timedelta(days=31)
    assert found < today + timedelta(days=366 if (day.month, day.day) != (2, 29) else 366 * 8)


@given(DAYS, st.integers(0, 6))
def test_a_weekday_is_the_next_after_today(today: date, weekday: int) -> None:
    name = (date(2024, 1, 1) + timedelta(days=weekday)).strftime("%A")
    found = parse_date(name, today)
    assert found.weekday() == weekday
    assert 1 <= (found - today).days <= 7


def test_shown_dates() -> None:
    assert show_date("2026-12-03") == "03/12/2026"
    assert show_date(date(2026, 1, 2)) == "02/01/2026"
    assert show_date("") == ""
    with pytest.raises(Refused):
        show_date("3/12/2026")


@given(DAYS, st.integers(0, 3000))
def test_nights_and_the_months_they_fall_in(start: date, stay: int) -> None:
    end = start + timedelta(days=stay)
    parts = months(start, end)
    assert nights(start, end) == stay
    assert sum(nights(first, stop) for _, first, stop in parts) == stay
    assert all(
        f"{first:%Y-%m}" == month == f"{stop - timedelta(days=1):%Y-%m}" for month, first, stop in parts
    )
    assert [first for _, first, _ in parts[1:]] == [stop for _, _, stop in parts[:-1]]
    assert len({month for month, _, _ in parts}) == len(parts)
    if stay:
        assert (parts[0][1], parts[-1][2]) == (start, end)


def test_an_end_before_the_start_is_refused() -> None:
    for count in (nights, months):
        with pytest.raises(Refused) as refused:
            count(TODAY, TODAY - timedelta(days=1))
        assert refused.value.where == "end"


def test_the_collection_year_ends_on_31_march() -> None:
    assert collection_year(date(2025, 4, 1)) == 2026
    assert collection_year(date(2026, 3, 31)) == 2026
    assert collection_year(date(2026, 4, 1)) == 2027


def test_month_ends() -> None:
    assert month_end("2026-11") == date(2026, 12, 1)
    assert month_end("2026-12") == date(2027, 1, 1)
    for wrong in ("2026-13", "2026", "2026-1", "nov"):
        with pytest.raises(Refused):
            month_end(wrong)


def test_ages() -> None:
    assert age_on(date(2014, 12, 2), TODAY) == 11
    assert age_on(date(2014, 12, 1), TODAY) == 12
    assert age_on(date(2012, 2, 29), date(2025, 2, 28)) == 12
    assert age_on(date(2012, 2, 29), date(2025, 3, 1)) == 13
    with pytest.raises(Refused):
        age_on(date(2026, 12, 2), TODAY)


@given(DAYS, st.integers(0, 9000))
def test_an_age_is_the_number_of_birthdays(dob: date, days: int) -> None:
    day = dob + timedelta(days=days)
    age = age_on(dob, day)
    assert age == sum(
        1
        for year in range(dob.year + 1, day.year + 1)
        if (dob.month, dob.day) <= ((day.month, day.day) if year == day.year else (12, 31))
    )


@pytest.mark.parametrize("text", ["0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31", "31/12/9999"])
def test_days_far_from_our_time_are_slips(text: str) -> None:
    with pytest.raises(Refused, match="1900 to 2199") as refused:
        parse_date(text, TODAY, "needed_by")
    assert refused.value.where == "needed_by"


def test_a_stored_day_far_from_our_time_is_none() -> None:
    assert iso_date("2199-12-31").year == 2199
    with pytest.raises(Refused):
        iso_date("9999-12-31")
    with pytest.raises(Refused):
        parse_date("+9999", date(2190, 1, 1))
