"""Beside the places found: how many there are by type and by authority, to choose by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.message import Message

from screens.widgets.rows import Column, Row, Rows

if TYPE_CHECKING:
    from rcc_tui.services.narrowing import Choice

COLUMNS = (Column("value", "Narrow to", 12, flex=1), Column("places", "Places", 6, align="right"))
CHOSEN = "+"
EMPTY = "Nothing to narrow: type a query first."


class Facets(Rows):
    """The choices; Enter or Space takes one, or lets go of it. A `+` marks those that are asked for."""

    class Toggled(Message):
        """A value of a filter was chosen, or let go of."""

        def __init__(self, filter: str, value: str) -> None:
            super().__init__()
            self.filter = filter
            self.value = value

    def __init__(self) -> None:
        super().__init__(COLUMNS, multi=False, empty=EMPTY, classes="search--facets")

    def show(self, sections: Iterable[tuple[str, Iterable[Choice]]]) -> None:
        """Show the choices, section by section; the cursor stays on its choice."""
        rows: list[Row] = []
        for title, choices in sections:
            found = [
                Row(
                    f"{one.filter}:{one.value}",
                    (one.label, f"{one.places:,}"),
                    CHOSEN if one.chosen else "",
                )
                for one in choices
            ]
            rows += [Row(f"{title}:", (f"{title}:", "")), *found] if found else []
        self.set_rows(rows)
        if self.cursor == 0:
            self.action_cursor_down()  # the first row is a title

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Space chooses, too."""
        return self.total > 0 if action == "pick" else super().check_action(action, parameters)

    def action_choose(self) -> None:
        """Choose the value under the cursor; a title is none."""
        filter, _, value = (self.row_id or "").partition(":")
        if value:
            self.post_message(self.Toggled(filter, value))

    def action_pick(self) -> None:
        """As Enter does."""
        self.action_choose()
