"""The made-up region: real stores, one state everywhere, played from end to end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rcc_tui import demo
from rcc_tui.demo.region import HUBS
from rcc_tui.domain.errors import Refused
from rcc_tui.services import finding, ledger, syncing, trades
from rcc_tui.services.desk import open_desk


def _silent(_what: str, _done: int, _all: int) -> None:
    pass


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Path:
    at = tmp_path_factory.mktemp("demo") / "region"
    demo.make(at, vacancies=60, seed=3, progress=_silent)
    return at


def test_all_desks_hold_the_same(region: Path) -> None:
    digests = set()
    for code, folder in demo.stores(region).items():
        desk = open_desk(folder)
        try:
            digests.add(desk.digest("rcc"))
            status = syncing.status(desk)
            assert (status.parked, status.quarantined, status.conflicts, status.forks) == (0, 0, 0, 0), code
        finally:
            desk.close()
    assert len(digests) == 1
    assert len(demo.stores(region)) == 19 + len(HUBS)


def test_there_are_trades_in_every_state(region: Path) -> None:
    hub = open_desk(demo.stores(region)["HUB-N"])
    try:
        found = trades.listing(hub, limit=1000).rows
        assert {"started", "ended", "declined"} <= {trade.state for trade in found}
        postings = ledger.ledger(hub)
        assert postings
        assert all(posting.pence >= 0 for posting in postings)
        assert all(len(trade.signed_by) == 2 for trade in found if trade.in_force)
    finally:
        hub.close()


def test_the_query_of_the_readme_finds_a_household_in_slough(region: Path) -> None:
    desk = open_desk(demo.stores(region)["870"])
    try:
        found = finding.search(desk, "fostr slouhg autisim 12f sib2 <1200 20mi from SL1")
        assert found.problems == ()
        assert found.hits[0].place.setting.authority == "871"
        assert found.hits[0].place.setting.type == "foster"
    finally:
        desk.close()


def test_the_whole_job_is_played(region: Path) -> None:
    said: list[str] = []
    demo.play(region, said.append)
    text = "\n".join(said)
    assert "agreed, signed by 870 and 931" in text
    assert "ledgers agree, digests equal" in text


def test_made_once_and_never_over_anything(region: Path, tmp_path: Path) -> None:
    before = (region / "made.json").stat().st_mtime_ns
    assert demo.make(region, vacancies=60, seed=3, progress=_silent) == demo.stores(region)
    assert (region / "made.json").stat().st_mtime_ns == before
    with pytest.raises(Refused, match="something here already"):
        demo.make(region, vacancies=61, seed=3, progress=_silent)
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(Refused, match="something here already"):
        demo.make(tmp_path, vacancies=1, seed=1, progress=_silent)
    assert json.loads((region / "made.json").read_text()) == {"vacancies": 60, "seed": 3}


def test_what_is_not_finished_leaves_nothing(tmp_path: Path) -> None:
    def interrupted(_what: str, done: int, _all: int) -> None:
        if done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        demo.make(tmp_path / "region", vacancies=20, seed=1, progress=interrupted)
    assert not (tmp_path / "region").exists()
