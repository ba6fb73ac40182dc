"""Every attack at full length and one table of what came of it: `python -m tests.attacks [row …]`."""

from __future__ import annotations

import os
import sys

import pytest

from tests.attacks.tally import PROPERTY, THREATS, Row, table

# Where tests of threats stand: those that bear the mark.
WHERE = ("tests/attacks", "tests/sync", "tests/screens", "tests/db", "tests/services", "tests/cli")


class Threats:
    """Gathers what tests counted, from whatever process."""

    def __init__(self) -> None:
        self.rows: dict[str, Row] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add the counts of a test that has ended."""
        for name, value in report.user_properties:
            if name != PROPERTY or not isinstance(value, dict):
                continue
            row = self.rows.setdefault(str(value["threat"]), Row())
            row.failed += report.failed
            row.skipped += report.skipped
            if report.when == "teardown":
                row.add(value["counts"], value["largest"])


def main(wanted: list[str]) -> int:
    """Run them, print the table, and return 0 when every row is met."""
    os.environ.setdefault("RCC_ATTACKS", "full")
    threats = Threats()
    chosen = " or ".join(f"threat(row='{name}')" for name in wanted) or "threat"
    outcome = pytest.main(["-m", chosen, "-n", "2", *WHERE], plugins=[threats])
    rows = {name: threats.rows.get(name, Row()) for name in wanted or THREATS}
    sys.stdout.write("\n" + "\n".join(table(rows)) + "\n")
    met = all(row.ok(THREATS[name]) for name, row in rows.items())
    return 0 if outcome == pytest.ExitCode.OK and met else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
