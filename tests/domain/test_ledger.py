from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from rcc_tui.domain.ledger import Posting, Span, balances, postings, spans_of
from rcc_tui.domain.money import charge

CODES = st.sampled_from(("867", "870", "871", "931"))
DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))
WEEKLY = st.integers(0, 2_000_000)


@st.composite
def spans(draw: st.DrawFn) -> Span:
    start = draw(DAYS)
    stay = draw(st.none() | st.integers(0, 500))
    end = None if stay is None else start + timedelta(days=stay)
    return Span(
        draw(st.text("ab", min_size=1, max_size=3)), draw(CODES), draw(CODES), start, end, draw(WEEKLY)
    )


@given(st.lists(spans(), max_size=8), DAYS)
def test_everything_adds_up_to_nothing(held: list[Span], through: date) -> None:
    assert sum(balances(postings(held, through)).values()) == 0


@given(spans(), DAYS)
def test_a_span_is_charged_for_each_night_once_and_no_further_than_through(span: Span, through: date) -> None:
    found = postings([span], through)
    end = through if span.end is None else min(span.end, through)
    total = max(0, (end - span.start).days)
    assert sum(posting.nights for posting in found) == total
    assert all(posting.to_day <= through for posting in found)
    assert abs(sum(posting.pence for posting in found) - charge(span.weekly, total).pence) <= len(found)
    assert len({posting.month for posting in found}) == len(found)


@given(st.data(), st.lists(spans(), max_size=6), DAYS)
def test_the_order_of_spans_does_not_matter(data: st.DataObject, held: list[Span], through: date) -> None:
    mixed = data.draw(st.permutations(held))
    assert postings(mixed, through) == postings(held, through)


def test_a_posting_says_what_it_charges() -> None:
    span = Span("t1", "931", "871", date(2026, 11, 20), date(2026, 12, 3), 95000, tariff="ab")
    assert postings([span], date(2027, 1, 1)) == [
        Posting(
            "t1",
            "2026-11",
            "871",
            "931",
            11,
            95000,
            149286,
            "ab",
            "care",
            date(2026, 11, 20),
            date(2026, 12, 1),
        ),
        Posting(
            "t1", "2026-12", "871", "931", 2, 95000, 27143, "ab", "care", date(2026, 12, 1), date(2026, 12, 3)
        ),
    ]
    assert balances(postings([span], date(2027, 1, 1))) == {"931": 176429, "871": -176429}


def cut(versions: list[tuple[date, int, str]], start: date, end: date | None) -> list[Span]:
    return spans_of(versions, start, end, "t1", "931", "871")


@given(
    st.lists(st.tuples(DAYS, WEEKLY, st.sampled_from(("", "ab"))), min_size=1, max_size=6),
    DAYS,
    st.integers(1, 400),
)
def test_versions_cut_a_stay_into_spans_that_cover_it(
    versions: list[tuple[date, int, str]], start: date, stay: int
) -> None:
    end = start + timedelta(days=stay)
    found = cut(versions, start, end)
    assert found[0].start == start
    assert found[-1].end == end
    assert all(span.end == after.start for span, after in pairwise(found))
    assert all((a.weekly, a.tariff) != (b.weekly, b.tariff) for a, b in pairwise(found))
    for offset in range(0, stay, 7):
        day = start + timedelta(days=offset)
        in_force = [version for version in versions if version[0] <= day]
        expected = max(in_force or [min(versions, key=lambda v: v[0])], key=lambda v: v[0])
        same_day = [version for version in versions if version[0] == expected[0]]
        span = next(span for span in found if span.end and span.start <= day < span.end)
        assert (span.weekly, span.tariff) == same_day[-1][1:]


def test_a_change_of_tariff_splits_the_charge() -> None:
    versions = [
        (date(2026, 1, 1), 70000, "a"),
        (date(2026, 4, 1), 71750, "b"),
        (date(2026, 9, 1), 99900, "c"),
    ]
    found = cut(versions, date(2026, 3, 30), date(2026, 4, 3))
    assert [(span.start, span.end, span.weekly) for span in found] == [
        (date(2026, 3, 30), date(2026, 4, 1), 70000),
        (date(2026, 4, 1), date(2026, 4, 3), 71750),
    ]


def test_the_first_terms_cover_an_early_start_and_an_open_stay_stays_open() -> None:
    found = cut([(date(2026, 5, 1), 70000, "a")], date(2026, 4, 20), None)
    assert [(span.start, span.end) for span in found] == [(date(2026, 4, 20), None)]
    assert cut([], date(2026, 4, 20), None) == []
    assert cut([(date(2026, 5, 1), 70000, "a")], date(2026, 4, 20), date(2026, 4, 20)) == []
