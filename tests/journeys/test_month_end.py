"""Three months at the hub: the work list names every fault and nothing else, and the months close."""

from __future__ import annotations

import fixtures
from rcc_tui.config import Clock
from rcc_tui.domain.closing import Pair
from rcc_tui.services import reconcile, statements
from rcc_tui.services.desk import Desk
from rcc_tui.services.ledger import ledger
from tests.attacks.forge import bring
from tests.conftest import RegionMaker
from tests.journeys.month_end import MONTHS, TODAY, Found, Season
from tests.region import seat

HUB, OTHER = "HUB-N", "HUB-S"


def listed(desk: Desk) -> set[Found]:
    """The work lists of three months."""
    return {
        (row.kind, month, (pair.seller, pair.buyer), row.trade)
        for month in MONTHS
        for pair in reconcile.month(desk, month).pairs
        for row in pair.rows
    }


def take(season: Season, desk: Desk, pair: Pair | None = None) -> None:
    """Bring all logs to a desk, or those of a pair."""
    result = bring(desk, *season.logs(pair), maker=seat(OTHER).desk)
    assert result.exit_code == 0, result.reason


def test_nineteen_authorities_two_hubs_three_months(new_region: RegionMaker) -> None:
    season = Season(seed=7)
    seller, buyer = season.pairs[0]
    codes = [one.code for one in fixtures.authorities()]
    absent = [code for code in codes if code not in (seller, buyer)]
    region = new_region((seller, buyer, HUB, OTHER, *absent))
    for desk in region.values():
        desk.clock = Clock(frozen=TODAY)
    hub = region[HUB]
    take(season, hub)
    season.issue_all(ledger(hub))
    take(season, hub)

    found = listed(hub)
    right = len(found & season.expected)
    print(  # noqa: T201
        f"{len(season.stays)} trades, {len(season.statements)} statements, {len(season.expected)} faults:"
        f" recall {right / len(season.expected):.4f}, precision {right / len(found):.4f}"
    )
    kinds = {kind for kind, _, _, _ in season.expected}
    assert len(kinds) == 8, "every class is sown"
    assert found == season.expected

    season.mend_days()
    take(season, hub)
    season.mend_statements(ledger(hub))
    take(season, hub)
    for month in MONTHS:
        for pair in reconcile.month(hub, month).pairs:
            closed = statements.close(hub, pair.seller, pair.buyer, month)
            assert (closed.head.state, closed.head.unexplained) == ("closed", 0)
        view = reconcile.month(hub, month)
        assert sum(view.net.values()) == 0
        assert {row.kind for pair in view.pairs for row in pair.rows} <= {"disputed", "off-tariff"}

    # The parties of a pair that have heard the same compute the same lines as the hub did before it closed.
    before = new_region((seller, buyer, HUB, OTHER, *absent))
    for code in (seller, buyer, HUB):
        before[code].clock = Clock(frozen=TODAY)
        take(season, before[code], (seller, buyer))
    lines = [ledger(before[code], with_code=seller) for code in (seller, buyer, HUB)]
    assert lines[0] == lines[1] == lines[2]
    assert lines[0]
