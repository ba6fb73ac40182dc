"""What stands between a pair and the close of its month."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rcc_tui.domain.worklist import (
    DATES,
    IN_DISPUTE,
    NOT_HEARD,
    OFF_TARIFF,
    ONLY_BUYER,
    ONLY_SELLER,
    RATE,
    UNANSWERED,
    Claim,
    Sides,
    WorkRow,
    unexplained,
    work_list,
)

CLAIM = Claim(300_000, "2026-11-01", "2026-12-01", 700_00, "statement", "aa" * 32)
SIDES = Sides("bb" * 16, "Willow Lodge", CLAIM, replace(CLAIM, source="stated"))


def rows(sides: Sides, *, late: bool = False) -> list[WorkRow]:
    return work_list([sides], late=late)


def kinds(sides: Sides, *, late: bool = False) -> list[tuple[str, int]]:
    return [(row.kind, row.difference) for row in rows(sides, late=late)]


def test_two_sides_that_say_the_same_leave_nothing_to_do() -> None:
    assert rows(SIDES) == []


@pytest.mark.parametrize(
    ("seller", "buyer", "expected"),
    [
        (CLAIM, None, [(ONLY_SELLER, 300_000)]),
        (None, CLAIM, [(ONLY_BUYER, -300_000)]),
        (CLAIM, replace(CLAIM, start="2026-11-04", pence=270_000), [(DATES, 30_000)]),
        (CLAIM, replace(CLAIM, end="2026-11-29", pence=280_000), [(DATES, 20_000)]),
        (CLAIM, replace(CLAIM, weekly=665_00, pence=285_000), [(RATE, 15_000)]),
        (
            CLAIM,
            replace(CLAIM, start="2026-11-04", weekly=665_00, pence=256_500),
            [(DATES, 30_000), (RATE, 13_500)],
        ),
        (CLAIM, Claim(300_000, "", "", 0, "sheet.csv"), []),
        (CLAIM, Claim(299_999, "", "", 0, "sheet.csv"), [(RATE, 1)]),
        (CLAIM, Claim(270_000, "2026-11-04", "", 0, "sheet.csv"), [(DATES, 30_000)]),
        (
            Claim(200_000, "", "2026-11-21", 700_00, "sheet.csv"),
            replace(CLAIM, weekly=665_00, pence=285_000),
            [(DATES, -100_000), (RATE, 15_000)],
        ),
        (Claim(200_000, "", "", 700_00, "sheet.csv"), CLAIM, [(RATE, -100_000)]),
        (None, None, []),
    ],
)
def test_the_class_and_the_difference(
    seller: Claim | None, buyer: Claim | None, expected: list[tuple[str, int]]
) -> None:
    assert kinds(replace(SIDES, seller=seller, buyer=buyer)) == expected


def test_what_both_have_agreed_is_settled_whatever_was_stated_before() -> None:
    other = replace(CLAIM, start="2026-11-04", pence=270_000)
    for state in ("agreed", "conceded"):
        assert rows(replace(SIDES, buyer=other, state=state)) == []


def test_a_disputed_line_is_named_with_its_reason_and_does_not_block() -> None:
    said = replace(CLAIM, pence=280_000, source="answer")
    (row,) = rows(replace(SIDES, buyer=said, state="disputed", reason="left on the 29th"))
    assert (row.kind, row.difference, row.why, row.blocks) == (IN_DISPUTE, 20_000, "left on the 29th", False)
    assert unexplained([row]) == 0


def test_off_tariff_and_a_trade_in_dispute_are_told_beside() -> None:
    assert kinds(replace(SIDES, off_tariff="agreed by phone")) == [(OFF_TARIFF, 0)]
    assert kinds(replace(SIDES, disputed=True)) == [(IN_DISPUTE, 0)]


def test_unanswered_only_when_the_day_is_over() -> None:
    pending = replace(SIDES, state="pending")
    assert kinds(pending) == []
    assert kinds(pending, late=True) == [(UNANSWERED, 0)]
    assert kinds(replace(SIDES, state="agreed"), late=True) == []
    one_of_two = replace(SIDES, state="disputed", waiting=True)
    assert kinds(one_of_two, late=True) == [(IN_DISPUTE, 0), (UNANSWERED, 0)]


def test_what_was_not_heard_blocks() -> None:
    found = work_list([], late=False, unheard=["3 entries of 931"])
    assert [(row.kind, row.trade, row.blocks) for row in found] == [(NOT_HEARD, "", True)]


CLAIMS = st.none() | st.builds(
    lambda first, nights, weekly: Claim(
        (2 * weekly * nights + 7) // 14,
        f"2026-11-{first:02d}",
        f"2026-11-{first + nights:02d}",
        weekly,
        "stated",
    ),
    st.integers(1, 15),
    st.integers(1, 15),
    st.integers(1, 900_000),
)


@given(CLAIMS, CLAIMS)
def test_the_rows_of_a_trade_explain_the_whole_difference(seller: Claim | None, buyer: Claim | None) -> None:
    found = rows(replace(SIDES, seller=seller, buyer=buyer))
    difference = (seller.pence if seller else 0) - (buyer.pence if buyer else 0)
    assert sum(row.difference for row in found) == difference
    same = (seller is None) == (buyer is None) and (
        not seller
        or not buyer
        or (seller.start, seller.end, seller.weekly) == (buyer.start, buyer.end, buyer.weekly)
    )
    assert bool(found) != same
