"""What tests of every floor share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from rcc_tui.services.desk import Desk
from tests import shared
from tests.region import CODES, TODAY, close_all, make_region


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
