"""Today: what needs me."""

from __future__ import annotations

from screens.base import DeskScreen


class TodayScreen(DeskScreen):
    """What needs me now."""

    SCREEN = "today"
    HEADING = "Today"
