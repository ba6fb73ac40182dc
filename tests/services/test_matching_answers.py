"""An asked row that may be about two months of one trade is answered with the month."""

from __future__ import annotations

from pathlib import Path

import pytest

from rcc_tui.domain.errors import NotFound
from rcc_tui.interop.side_sheet import SideRow, SideSheet
from rcc_tui.services.desk import Desk
from rcc_tui.services.matching import Asked, Due, Match, Matching, confirm
from tests.trading import BUYER, SELLER, proposed


def test_the_month_tells_two_candidates_of_one_trade_apart(region: dict[str, Desk], box: Path) -> None:
    trade = proposed(region, box).id
    row = SideRow(2, "", "Willow Lodge", "", "", None, 10_000, "")
    months = ("2026-10", "2026-11")
    dues = [Due(trade, month, "Willow Lodge", f"{month}-01", f"{month}-30", 0, 10_000) for month in months]
    candidates = tuple(Match(row, due, 60, (("the same amount", 30),)) for due in dues)
    sheet = SideSheet("oxford.csv", "ab" * 32, {}, (row,), ())
    found = Matching(sheet, SELLER, (), (Asked(row, candidates),), (), (), "")
    desk = region[BUYER]
    with pytest.raises(NotFound, match="2 of its candidates"):
        confirm(desk, found, {2: trade})
    assert confirm(desk, found, {2: f"{trade} 2026-11"}) == 1
