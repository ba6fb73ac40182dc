"""Tests that stand where what they test stands, and are rows of the table all the same."""

from __future__ import annotations

# By file, or by file and the beginning of a test's name. The longest that fits counts.
ROWS = {
    "tests/attacks/test_forks.py": "equivocation",
    "tests/attacks/test_roll_forks.py": "roll",
    "tests/attacks/test_members.py": "malformed",
    "tests/attacks/test_members.py::test_my_record": "matrix",
    "tests/attacks/test_members.py::test_a_hub": "matrix",
    "tests/attacks/test_members.py::test_an_author": "matrix",
    "tests/attacks/test_members.py::test_a_clock": "clocks",
    "tests/attacks/test_mailbox.py": "truncate",
    "tests/attacks/test_mailbox_killed.py": "killed",
    "tests/sync/test_orders.py": "orders",
    "tests/sync/test_faults.py": "full",
    "tests/sync/test_syncing.py::test_two_programs": "processes",
    "tests/services/test_two_programs.py": "processes",
    "tests/services/test_heads.py": "restored",
    "tests/services/test_backup.py": "restored",
    "tests/db/test_engine.py::test_a_store_of_a_newer_program": "restored",
    "tests/db/test_engine.py::test_a_full_disk": "full",
    "tests/db/test_scrub.py": "erased",
    "tests/screens/test_text.py": "escapes",
    "tests/screens/test_rows.py::test_hostile": "escapes",
    "tests/screens/test_frame.py::test_hostile": "escapes",
    "tests/screens/test_dialogs.py::test_hostile": "escapes",
    "tests/screens/test_today.py::test_hostile": "escapes",
    "tests/screens/test_places.py::test_hostile": "escapes",
    "tests/screens/test_trades.py::test_hostile": "escapes",
    "tests/screens/test_search.py::test_hostile": "escapes",
    "tests/screens/test_sync.py::test_hostile": "escapes",
    "tests/screens/test_conflicts.py::test_hostile": "escapes",
    "tests/screens/test_standing.py::test_hostile": "escapes",
}


def row_of(nodeid: str) -> str:
    """The row a test belongs to by where it stands, empty for none."""
    fitting = [name for name in ROWS if nodeid.startswith(name)]
    return ROWS[max(fitting, key=len)] if fitting else ""
