"""Standing: how far this store can be trusted to know, in full. Opens over Sync."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult

from screens.base import DeskScreen
from screens.pane import Pane
from screens.standing_text import standing_lines

if TYPE_CHECKING:
    from rcc_tui.services.desk import Desk
    from rcc_tui.services.health import Health


class StandingScreen(DeskScreen):
    """Text that arrows scroll; Esc goes back."""

    SCREEN = "standing"
    HEADING = "Standing"
    DEFAULT_CSS = """
    StandingScreen Pane { height: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.pane = Pane()
        self._again = False

    def body(self) -> ComposeResult:
        """The text."""
        yield self.pane

    def on_mount(self) -> None:
        """Arrows scroll."""
        self.pane.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is nothing to filter, and no list to export."""
        return action not in ("filter", "export_list") and super().check_action(action, parameters)

    async def refresh_data(self) -> None:
        """Read how things stand."""
        found = await self.ask(read_health)
        self.pane.show(standing_lines(found), stay=self._again)
        self._again = True


def read_health(desk: Desk) -> Health:
    """How things stand."""
    from rcc_tui.services.health import health

    return health(desk)
