"""The ledger adds up to nothing, alike wherever it is computed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from rcc_tui.domain.errors import NotFound, Refused
from rcc_tui.domain.ledger import balances
from rcc_tui.domain.money import charge
from rcc_tui.services import ledger, trades
from rcc_tui.services.desk import Desk
from tests.region import close_all, make_region
from tests.trading import BUYER, HUB, NEEDS, SELLER, carry, offer, proposed, settle, tariff_between


def _by_telephone(desk: Desk, start: str, end: str, weekly: int, *, as_seller: bool = False) -> str:
    other = SELLER if desk.code == BUYER else BUYER
    return trades.record(
        desk,
        other,
        setting_name="Elm House",
        place="K2",
        start=start,
        end=end,
        needs=NEEDS,
        weekly=weekly,
        off_tariff="phone",
        as_seller=as_seller,
    ).id


def test_an_open_stay_is_charged_to_the_end_of_this_month(region: dict[str, Desk], box: Path) -> None:
    trade = proposed(region, box, start="2026-11-10")
    trades.accept(region[SELLER], trade.id)
    settle(region, box)
    for desk in region.values():
        found = ledger.ledger(desk)
        assert [(one.month, one.nights) for one in found] == [("2026-11", 21), ("2026-12", 31)]
        assert [(one.month, one.nights) for one in ledger.ledger(desk, month="2027-02")] == [("2027-02", 28)]
        assert ledger.ledger(desk, month="2026-11") == found[:1]
        assert ledger.ledger(desk, month="2026-10") == ()
        assert ledger.ledger(desk, with_code="867") == ()
        assert ledger.ledger(desk, with_code=SELLER) == found
        assert ledger.charges(desk, trade.id[:8]) == found


def test_a_stay_with_an_end_is_charged_to_it(region: dict[str, Desk], box: Path) -> None:
    trade = _by_telephone(region[BUYER], "2026-11-20", "2027-02-03", 1_000_00)
    assert ledger.ledger(region[BUYER]) == ()
    carry(region, box)
    trades.accept(region[SELLER], trade)
    found = ledger.charges(region[SELLER], trade)
    assert [(one.month, one.nights) for one in found] == [
        ("2026-11", 11),
        ("2026-12", 31),
        ("2027-01", 31),
        ("2027-02", 2),
    ]
    assert found[0].pence == charge(1_000_00, 11).pence


def test_the_emergency_premium_is_due_for_its_nights_alone(region: dict[str, Desk], box: Path) -> None:
    tariff_between(region, box)
    vacancy = offer(region[SELLER])
    carry(region, box)
    trade = trades.propose(region[BUYER], vacancy, start="2026-12-01", needs=replace(NEEDS, emergency=True))
    carry(region, box, BUYER)
    trades.accept(region[SELLER], trade.id)
    found = {one.kind: one for one in ledger.charges(region[SELLER], trade.id)}
    assert found["premium"].nights == 7
    assert found["premium"].pence == 105_00
    assert found["care"].nights == 31
    assert found["care"].weekly + found["premium"].weekly == trade.weekly


@pytest.mark.parametrize("month", ["2026-13", "november", "9999-12", "2026-1"])
def test_no_month_is_refused(reading: Desk, month: str) -> None:
    with pytest.raises(Refused):
        ledger.ledger(reading, month=month)


def test_charges_of_no_trade_are_not_found(reading: Desk) -> None:
    with pytest.raises(NotFound):
        ledger.charges(reading, "feedbeef")


# First day, nights (0: it goes on), pence a week, whether the buyer writes it down.
_STAY = st.tuples(
    st.dates(date(2026, 9, 1), date(2027, 1, 31)),
    st.integers(0, 120),
    st.integers(1, 9_000_00),
    st.booleans(),
)


# Every example is a whole region: too dear to shrink.
@settings(max_examples=6, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(stays=st.lists(_STAY, min_size=1, max_size=4))
def test_it_adds_up_to_nothing_and_is_the_same_everywhere(stays: list[tuple[date, int, int, bool]]) -> None:
    with TemporaryDirectory() as folder:
        desks = make_region(Path(folder))
        try:
            for first, nights, weekly, bought in stays:
                end = (first + timedelta(days=nights)).isoformat() if nights else ""
                writer, reader = (BUYER, SELLER) if bought else (SELLER, BUYER)
                trade = _by_telephone(desks[writer], first.isoformat(), end, weekly, as_seller=not bought)
                carry(desks, Path(folder) / "box", writer)
                trades.accept(desks[reader], trade)
            carry(desks, Path(folder) / "box")
            found = ledger.ledger(desks[BUYER])
            assert found == ledger.ledger(desks[SELLER]) == ledger.ledger(desks[HUB])
            assert sum(balances(found).values()) == 0
            assert all(one.pence >= 0 and one.seller == SELLER for one in found)
            so_far = [one for one in found if one.month <= "2026-12"]
            by_month = [ledger.ledger(desks[HUB], month=f"2026-{month:02d}") for month in range(9, 13)]
            assert sum(one.pence for month in by_month for one in month) == sum(one.pence for one in so_far)
        finally:
            close_all(desks)


def test_an_unknown_code_is_told_apart_from_one_without_trades(reading: Desk) -> None:
    assert ledger.ledger(reading, with_code="868") == ()
    for ask in (ledger.ledger, trades.listing):
        with pytest.raises(NotFound, match="no member “999”"):
            ask(reading, with_code="999")
