"""Stores and bundles of every release, opened by this one: nothing is lost, nothing says something else."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from db.engine import open_store
from rcc_tui.config import Clock
from rcc_tui.services.desk import Desk, make_desk
from rcc_tui.services.syncing import check, take_in
from tests.golden.facts import HERE, HOLDER, STORE_KEY, Facts, facts_of
from tests.region import TODAY, roots

RELEASES = sorted(path.parent.name for path in HERE.glob("*/facts.json"))
CLOCK = Clock(date.fromisoformat(TODAY))
# Columns that say something else since a later fold, on purpose: (table, column).
# Terms are shown with all their fields, those too that came after they were signed; their hash is the same.
MEANT: set[tuple[str, str]] = {("trade", "terms")}


def _recorded(release: str) -> Facts:
    found: Facts = json.loads((HERE / release / "facts.json").read_text())
    return found


def _compare(then: Facts, now: Facts) -> None:
    assert (now["entries"], now["hashes"]) == (then["entries"], then["hashes"])
    if now["fold_version"] == then["fold_version"]:
        assert now["digests"] == then["digests"]
    for table, rows in then["rows"].items():
        assert _by_columns(now["rows"][table], table, rows) == _by_columns(rows, table, rows), table


def _by_columns(rows: list[dict[str, Any]], table: str, then: list[dict[str, Any]]) -> list[str]:
    """Rows reduced to the columns there were then and that still mean the same."""
    names = [name for name in (then[0] if then else {}) if (table, name) not in MEANT]
    return sorted(repr([row.get(name) for name in names]) for row in rows)


def _opened(folder: Path, key: bytes) -> Desk:
    store, stale = open_store(folder, key)
    desk = Desk(store, HOLDER.desk, CLOCK)
    if stale:
        desk.refold()
    return desk


def test_there_is_a_release() -> None:
    assert RELEASES


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize(("name", "key"), [("store", b""), ("encrypted", STORE_KEY)])
def test_a_store_of_that_release(tmp_path: Path, release: str, name: str, key: bytes) -> None:
    raw = gzip.decompress((HERE / release / f"{name}.db.gz").read_bytes())
    assert raw.startswith(b"SQLite format 3") == (not key)
    (tmp_path / "rcc.db").write_bytes(raw)
    desk = _opened(tmp_path, key)
    try:
        assert check(desk, deep=True).problems == ()
        _compare(_recorded(release)["store"], facts_of(desk))
        desk.rebuild()
        _compare(_recorded(release)["store"], facts_of(desk))
    finally:
        desk.close()


@pytest.mark.parametrize("release", RELEASES)
def test_bundles_of_that_release(tmp_path: Path, release: str) -> None:
    """Taken in by a new store: with what was its own, it comes to what the old one had come to."""
    then = _recorded(release)
    pinned = [key.public for key in roots()]
    desk = make_desk(tmp_path, code="870", name="Desk 1", roots=pinned, key=HOLDER.desk, clock=CLOCK)
    try:
        for bundle in then["bundles"]:
            (result,) = take_in(desk, [HERE / release / bundle])
            assert (result.result, result.exit_code) == ("ok", 0), (bundle, result.reason)
        assert check(desk, deep=True).ok
        now, before = facts_of(desk), then["store"]
        for table in ("setting", "vacancy", "hold", "referral"):
            assert _by_columns(now["rows"][table], table, before["rows"][table]) == _by_columns(
                before["rows"][table], table, before["rows"][table]
            )
        for bundle in reversed(then["bundles"]):
            assert take_in(desk, [HERE / release / bundle])[0].result == "known"
        assert facts_of(desk)["digests"] == now["digests"]
    finally:
        desk.close()
