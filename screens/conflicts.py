"""Conflicts: fields that two desks set apart from each other, both values side by side, settled by a key."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.content import Content

from screens.conflict_text import OWN, choices, row_id, row_of, side_by_side
from screens.keys import Key
from screens.listed import ListScreen
from screens.pane import brief
from screens.widgets.dialogs import Ask, Prompt
from screens.widgets.form import TextField
from screens.widgets.rows import Column, Rows

if TYPE_CHECKING:
    from rcc_tui.services.conflicts import ConflictView, Settled
    from rcc_tui.services.desk import Desk

EMPTY = "Nothing is in conflict. Esc goes back."
COLUMNS = (
    Column("record", "Record", 14, flex=2),
    Column("field", "Field", 10, flex=1),
    Column("shown", "Shown now", 10, flex=1),
    Column("others", "Also said", 10, flex=1, priority=1),
)


class ConflictsScreen(ListScreen):
    """Every field in conflict; Enter asks which value is right.

    Args:
        record: the id of the record to begin with.
    """

    SCREEN = "conflicts"
    HEADING = "Conflicts"
    ABOUT_A_ROW = frozenset({"settle"})
    FILTER = "record, field, value, who…; Esc takes the filter off"

    def __init__(self, record: str = "") -> None:
        super().__init__()
        self._views: dict[str, ConflictView] = {}
        self._record = record

    def make_rows(self) -> Rows:
        """The list."""
        return Rows(COLUMNS, empty=EMPTY)

    async def refresh_data(self) -> None:
        """Read and show what is in conflict."""
        found = await self.ask(_read)
        self._views = {row_id(one): one for one in found}
        if self._record:
            self._wanted = next((id for id in self._views if id.startswith(self._record)), "")
            self._record = ""
        ours = sum(not one.why_not for one in found)
        self.title_line.show(self.HEADING, f"{ours} ours to settle, {len(found)} in all " if found else "")
        self.fill([row_of(one) for one in found], self._words)

    def _words(self, id: str) -> list[str]:
        view = self._views[id]
        return [word for one in view.candidates for word in (one.text, one.who_name, one.desk)] + [id]

    def detail(self, row_id: str) -> list[Content]:
        """The values side by side."""
        view = self._views.get(row_id)
        return side_by_side(view, max(20, self.pane.scrollable_content_region.width)) if view else []

    def on_resize(self) -> None:
        """Share another width among the values."""
        self.call_after_refresh(self.show_detail, stay=True)

    def show_record(self, record: str) -> None:
        """Put the cursor on a conflict of a record."""
        self._record = record
        self.reload()

    def read_row(self) -> None:
        """Enter is for settling: all there is to read is there already."""
        self.rows.focus()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Settle the one under the cursor."""
        self.action_settle()

    def apt(self, key: Key) -> bool:
        """Only what is ours can be settled."""
        view = self._views.get(self.row_id)
        return super().apt(key) and (key.command != "settle" or (view is not None and not view.why_not))

    def action_settle(self) -> None:
        """Ask which value is right."""
        view = self._views.get(self.row_id)
        if view is None:
            self.tell("Nothing is in conflict.")
        elif view.why_not:
            self.tell(view.why_not)
        else:
            question = f"{view.title}: {view.label}"
            self.app.push_screen(Ask("Which is right?", question, choices(view)), partial(self._chose, view))

    def _chose(self, view: ConflictView, answer: str | None) -> None:
        if answer == OWN:
            field = TextField("value", view.label, hint="lists with , between; dates as 3/12/2026")
            self.app.push_screen(Prompt(f"What is right? {view.title}", field), partial(self._typed, view))
        elif answer is not None:
            self._settle(view, int(answer), None)

    def _typed(self, view: ConflictView, value: str | None) -> None:
        if value is not None:
            self._settle(view, 0, value)

    def _settle(self, view: ConflictView, take: int, value: str | None) -> None:
        self.act(partial(_resolve, view=view, take=take, value=value), _said)


def _read(desk: Desk) -> tuple[ConflictView, ...]:
    from rcc_tui.services import conflicts

    return conflicts.listing(desk)


def _resolve(desk: Desk, *, view: ConflictView, take: int, value: str | None) -> Settled:
    from rcc_tui.services import conflicts

    seen = [one.entry for one in view.candidates]
    return conflicts.resolve(desk, view.record, view.field, take=take, value=value, seen=seen)


def _said(done: Settled) -> str:
    return f"{done.label} is {brief(done.text)}. Change the record to have it otherwise."
