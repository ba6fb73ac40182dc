"""Moments as the tables and the screens have them: ISO, to the minute, local time."""

from __future__ import annotations

from datetime import UTC, datetime

from rcc_tui.services.desk import Desk


def minute(desk: Desk) -> str:
    """The minute it is, as holds are written."""
    return desk.clock.now().isoformat(timespec="minutes")


def minute_of(at_ms: int) -> str:
    """Local time; empty for a moment no calendar has (a desk may claim any)."""
    try:
        moment = datetime.fromtimestamp(at_ms / 1000, UTC).astimezone()
    except (ValueError, OverflowError, OSError):
        return ""
    return moment.replace(tzinfo=None).isoformat(timespec="minutes")
