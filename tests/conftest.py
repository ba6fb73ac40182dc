"""What tests of every floor share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import settings

from rcc_tui.services.desk import Desk
from tests import shared
from tests.attacks.elsewhere import row_of
from tests.attacks.tally import PROPERTY, Tally, current, opened
from tests.region import CODES, TODAY, close_all, make_region

# A machine that is busy is slow: no test fails for that.
settings.register_profile("rcc", deadline=None)
settings.load_profile("rcc")


def pytest_configure(config: pytest.Config) -> None:
    """Name the mark of a test that stands for a row of the table of attacks."""
    config.addinivalue_line("markers", "threat(row): a test of a row of tests.attacks.tally.THREATS")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Tests that stand elsewhere, or bear no mark of their own, have their row by where they stand."""
    row = row_of(item.nodeid)
    if row and item.get_closest_marker("threat") is None:
        item.add_marker(pytest.mark.threat(row=row))


@pytest.fixture(autouse=True)
def tally(request: pytest.FixtureRequest) -> Iterator[Tally]:
    """What this test counts. Its counts go with its report: `make attack` adds them up."""
    mark = request.node.get_closest_marker("threat")
    if mark is None:
        yield current()
        return
    with opened(mark.kwargs["row"]) as mine:
        counted: dict[str, object] = {"threat": mine.threat, "counts": {}, "largest": {}}
        request.node.user_properties.append((PROPERTY, counted))
        yield mine
        counted.update(counts=dict(mine.counts), largest=mine.largest)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A test that needs the shared data may be skipped only where that folder is not there."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    missed = [report for report in skipped if shared.ABSENT in str(report.longrepr)]
    if reporter is not None and missed and shared.DATA.is_dir():
        reporter.write_line(f"{len(missed)} tests were skipped although the shared data is here", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


RegionMaker = Callable[..., dict[str, Desk]]


@pytest.fixture
def new_region(tmp_path: Path) -> Iterator[RegionMaker]:
    """`make_region` in a folder of the test's own; the desks are closed after it."""
    with ExitStack() as stack:
        made: list[int] = []

        def make(
            codes: Sequence[str] = CODES, today: str = TODAY, *, absent: Sequence[str] = ()
        ) -> dict[str, Desk]:
            made.append(0)
            desks = make_region(tmp_path / f"region-{len(made)}", codes, today, absent=absent)
            stack.callback(close_all, desks)
            return desks

        yield make


@pytest.fixture
def region(new_region: RegionMaker) -> dict[str, Desk]:
    """Reading (870, the host), Oxfordshire (931) and the North hub, a desk each, on 1 December 2026."""
    return new_region()


@pytest.fixture
def reading(region: dict[str, Desk]) -> Desk:
    """Reading's desk."""
    return region["870"]
