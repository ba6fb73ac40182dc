"""Returns taken in: what becomes of rows that stand alone."""

from __future__ import annotations

from pathlib import Path

from rcc_tui.services import exchange
from rcc_tui.services.desk import Desk


def test_a_row_of_a_child_nobody_knows_is_told_of_once(reading: Desk, tmp_path: Path) -> None:
    file = tmp_path / "missing.csv"
    file.write_text(
        "CHILD,DOB,MISSING,MIS_START,MIS_END\nNOBODY,01/02/2014,M,03/04/2026,04/04/2026\n", encoding="utf-8"
    )
    found = exchange.import_903(reading, [file])
    assert (found.others.new, found.others.refused) == (0, 1)
    assert [(one.row, one.column, one.severity) for one in found.problems] == [(2, "CHILD", "refused")]
