from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from rcc_tui.domain.ledger import Posting, Span, balances, postings
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
