"""The history of a record, below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rcc_tui.cli.output import day, table

if TYPE_CHECKING:
    from rcc_tui.services.desk import Desk


def history_json(desk: Desk, record: str) -> list[dict[str, str]]:
    """Who did what and when, oldest first."""
    from rcc_tui.services.history import history

    return [
        {"at": line.at, "who": line.who, "desk": line.desk, "what": line.what, "entry": line.entry}
        for line in history(desk, record)
    ]


def history_text(desk: Desk, record: str) -> str:
    """The same as a table."""
    from rcc_tui.services.history import history

    return table(
        [(day(line.at), line.who, line.what) for line in history(desk, record)], ("at", "who", "what")
    )
