"""A spreadsheet beside our trades: what is matched, what is asked, what is about none. Nothing counts yet."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.content import Content

from screens.keys import Key
from screens.listed import ListScreen
from screens.matching_text import ASK, COLUMNS, Line, candidate_label, line_lines, lines_of, row_of, which
from screens.pane import brief
from screens.widgets.dialogs import Pick, Prompt
from screens.widgets.form import TextField
from screens.widgets.rows import Rows

if TYPE_CHECKING:
    from rcc_tui.services.matching import Matching

EMPTY = "The file has no rows. Esc goes back."
NONE = ""
"""The answer for a row that is about none of the trades."""


class MatchingScreen(ListScreen):
    """The rows of a file. Enter says which trade an asked row is about; Ctrl+S enters what is matched.

    Args:
        matching: what came of the file.
    """

    SCREEN = "matching"
    HEADING = "Matching"
    FILTER = "matched, ask, none, missing, setting…; Esc takes the filter off"

    def __init__(self, matching: Matching) -> None:
        super().__init__()
        self._matching = matching
        self._answers: dict[int, str] = {}
        self._lines: dict[str, Line] = {}

    def make_rows(self) -> Rows:
        """The list."""
        return Rows(COLUMNS, empty=EMPTY)

    async def refresh_data(self) -> None:
        """Show the rows, and the answers given so far."""
        found = self._matching
        self._lines = lines_of(found, self._answers)
        states = [line.state for line in self._lines.values()]
        told = ", ".join(
            f"{states.count(state)} {state}" for state in dict.fromkeys(states) if states.count(state)
        )
        example = " · worked example" if found.worked_example else ""
        self.title_line.show(f"Match {brief(found.sheet.name, 24)}{example}", f"{told} ")
        if found.known:
            self.tell("This file has been entered already: r takes it back.")
        self.fill([row_of(key, line) for key, line in self._lines.items()], lambda key: [key])

    def detail(self, row_id: str) -> list[Content]:
        """The row, the trade it is taken for, and the reasons."""
        line = self._lines.get(row_id)
        return line_lines(line, self._matching) if line is not None else []

    # Keys

    def apt(self, key: Key) -> bool:
        """What can be done with the row, and with the file."""
        if key.command == "answer":
            line = self._lines.get(self.row_id)
            return line is not None and bool(line.candidates)
        known = bool(self._matching.known)
        return known if key.command == "retract" else not known

    def action_answer(self) -> None:
        """Say which trade the row is about."""
        self.read_row()

    def read_row(self) -> None:
        """An asked row is answered; every other one has all there is to read beside it."""
        line = self._lines.get(self.row_id)
        if line is None or not line.candidates:
            self.tell("This row is not asked about.")
            return
        options = [(which(one), candidate_label(one)) for one in line.candidates]
        options.append((NONE, "About none of them"))
        self.app.push_screen(
            Pick(f"What is row {line.number} about?", options), partial(self._answered, line)
        )

    def _answered(self, line: Line, trade: str | None) -> None:
        if trade is None:
            return
        self._answers[line.number] = trade
        self.tell(f"Row {line.number} is answered. Enter answers it otherwise.")
        self.reload()

    def action_confirm(self) -> None:
        """Enter the rows that are matched, and those that were answered."""
        from rcc_tui.services import matching

        found, answers = self._matching, dict(self._answers)
        left = sum(line.state == ASK for line in self._lines.values())
        also = f", {left} asked left out" if left else ""
        self.act(
            lambda desk: matching.confirm(desk, found, answers),
            lambda count: (
                f"{count} {'row' if count == 1 else 'rows'} entered{also}. f, the same file, then r takes"
                f" {'it' if count == 1 else 'them'} back."
            ),
            then=self._leave,
        )

    def action_retract(self) -> None:
        """Take a file back that was entered by mistake."""
        if not self._matching.known:
            self.tell("This file has not been entered: there is nothing to take back.")
            return
        field = TextField("why", "Why", required=True)
        self.app.push_screen(Prompt(f"Take {self._matching.sheet.name} back", field), self._retract)

    def _retract(self, why: str | None) -> None:
        from rcc_tui.services import matching

        if why is not None:
            self.act(
                lambda desk: matching.retract(desk, self._matching.known, why),
                lambda _: "Taken back. f, the same file, enters it again.",
                then=self._leave,
            )

    def _leave(self) -> None:
        """Back to the matrix, which says what was done."""
        said, app = self.status.message, self.app
        self.dismiss()
        below = app.screen
        if isinstance(below, ListScreen):
            below.tell(said)
