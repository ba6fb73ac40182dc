"""A trade adds up to the same in whatever order and portions its entries arrive."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rcc_tui.acts import names
from rcc_tui.services import trades
from rcc_tui.services.desk import Desk
from rcc_tui.sync.arrivals import Arrivals, Verified
from rcc_tui.sync.entry import Signed, read_header
from rcc_tui.sync.fold import Fold
from rcc_tui.sync.standing import Standing
from tests.conftest import RegionMaker
from tests.trading import BUYER, HUB, NEEDS, SELLER, carry, proposed, settle

AUDIENCES = ("rcc", names.pair(BUYER, SELLER))


class _Enough(Exception):
    """Leaves a transaction so that nothing of it is kept."""


def _lived_through(desks: dict[str, Desk], box: Path) -> None:
    """Trades countered, accepted and withdrawn at once, resolved, started on two days, disputed, ended."""
    buyer, seller = desks[BUYER], desks[SELLER]
    trade = proposed(desks, box, accepting=2)
    other = trades.propose(buyer, trade.terms.vacancy, start="2026-12-04", needs=NEEDS)
    carry(desks, box, BUYER)
    trades.counter(seller, trade.id, start="2026-12-05")
    carry(desks, box, SELLER)
    trades.accept(buyer, trade.id)
    trades.withdraw(seller, trade.id, "crossed")
    trades.accept(seller, other.id)
    settle(desks, box)
    trades.resolve(seller, trade.id, "it stands")
    trades.dispute(buyer, other.id, "no therapy")
    settle(desks, box)
    trades.resolve(seller, other.id, "given up", stands=False)
    trades.start(buyer, trade.id, "2026-12-05")
    trades.start(seller, trade.id, "2026-12-06")
    settle(desks, box)
    trades.end(seller, trade.id, "2026-12-20", "CARPL")
    settle(desks, box)


def _entries(desk: Desk) -> list[Verified]:
    rows = desk.store.write.execute(
        "SELECT log, hash, header, signature, salt, payload FROM entry ORDER BY n"
    )
    return [Verified(log, read_header(raw), digest, Signed(raw, *rest)) for log, digest, raw, *rest in rows]


@contextmanager
def _rehearsed(desk: Desk) -> Iterator[None]:
    try:
        with desk.store.transaction():
            yield
            raise _Enough
    except _Enough:
        return


@pytest.fixture
def lived(new_region: RegionMaker, tmp_path: Path) -> tuple[Desk, Desk]:
    """The hub that has heard it all, and a desk of another region's making that has heard nothing."""
    desks = new_region()
    _lived_through(desks, tmp_path / "box")
    blank = new_region()[HUB]
    with blank.store.transaction() as write:
        rows = (
            desks[HUB].store.write.execute("SELECT n, log, desk, audience, incarnation FROM log").fetchall()
        )
        write.executemany(
            "INSERT INTO log (n, log, desk, audience, incarnation, connected, head, cut_why)"
            " VALUES (?, ?, ?, ?, ?, 0, x'', '')",
            rows,
        )
    return desks[HUB], blank


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_order_and_portions_do_not_matter(lived: tuple[Desk, Desk], data: st.DataObject) -> None:
    heard, blank = lived
    entries = _entries(heard)
    shuffled = data.draw(st.permutations(entries))
    cuts = sorted(data.draw(st.sets(st.integers(1, len(entries) - 1), max_size=5)))
    with _rehearsed(blank):
        write = blank.store.write
        for first, last in zip([0, *cuts], [*cuts, len(entries)], strict=True):
            arrivals = Arrivals(write, Standing(write, blank.rolls))
            fold = Fold(write, blank.rolls)
            arrivals.arrived.records |= fold.fresh(arrivals.take_in(shuffled[first:last]))
            fold.arrived(arrivals.settle())
        assert write.execute("SELECT COUNT(*) FROM waiting").fetchone() == (0,)
        assert [blank.digest(one) for one in AUDIENCES] == [heard.digest(one) for one in AUDIENCES]


def test_the_story_is_worth_telling(lived: tuple[Desk, Desk]) -> None:
    heard, _ = lived
    found = {one.state: one for one in trades.listing(heard).rows}
    assert set(found) == {"ended", "withdrawn"}
    assert found["ended"].started_buyer != found["ended"].started_seller
    assert len(_entries(heard)) > 15
