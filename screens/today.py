"""Today: what needs me, the most urgent first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from rcc_tui.domain.dates import iso_date, show_date
from screens.base import DeskScreen
from screens.keys import keys_of
from screens.widgets.rows import Column, Row, Rows
from screens.widgets.text import join

if TYPE_CHECKING:
    from rcc_tui.services.desk import Desk
    from rcc_tui.services.noticing import Watch
    from rcc_tui.services.today import Item

EMPTY = "Nothing needs you now. 2 shows the requests, 3 searches for places, ? lists all keys."
COLUMNS = (
    Column("band", "Urgency", 9),
    Column("text", "What needs you", 40, flex=1),
    Column("due", "Due", 16, priority=1),
    Column("where", "Where", 9, priority=2),
)
BANDS = ("Now", "Today", "This week", "Later", "Any time")
_WEEK = 7


class TodayScreen(DeskScreen):
    """Everything that waits for this desk, by urgency. Enter goes to where it can be done."""

    SCREEN = "today"
    HEADING = "Today"
    DEFAULT_CSS = """
    TodayScreen Rows { height: 1fr; }
    TodayScreen .today--ways { height: 1; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.rows = Rows(COLUMNS, empty=EMPTY)
        self._items: dict[str, Item] = {}
        self._watch: Watch | None = None

    def body(self) -> ComposeResult:
        """The list, and the way to the other screens."""
        yield self.rows
        yield Static(ways(), classes="today--ways", markup=False)

    def on_mount(self) -> None:
        """The list has the keys."""
        self.show_reading(self.rows)
        self.rows.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The list is short: nothing is filtered."""
        return action != "filter" and super().check_action(action, parameters)

    async def refresh_data(self) -> None:
        """Ask what needs me; on opening first what cannot wait until the rest is loaded."""
        if not self.is_open:
            items, day = await self.ask(_pressing)
            if items:
                self._show(items, day, "reading on … ")
        items, day = await self.ask(_read)
        urgent = sum(item.urgent for item in items)
        aside = f"{f'{urgent} urgent · ' if urgent else ''}{len(items)} to do " if items else ""
        self._show(items, day, aside)

    def _show(self, items: Sequence[Item], day: date, aside: str) -> None:
        ordered = sorted(items, key=lambda item: rank(item, day))
        self._items = keyed(ordered)
        at_top = self.rows.cursor == 0
        self.rows.set_rows(rows_of(self._items, day))
        if at_top:  # nobody has moved: what has become the most urgent is under the cursor
            self.rows.action_first()
        self.title_line.show(f"Today, {day:%A} {show_date(day)}", aside)

    async def _reload(self) -> None:
        """Then look whether places have come that fit a request: that takes longer than all the rest."""
        await super()._reload()
        if self.is_open:
            self.background(self._notice, "notice", exclusive=True)

    async def _notice(self) -> None:
        from rcc_tui.services.noticing import Watch

        watch = self._watch = self._watch or Watch()
        await self.ask(watch.begin)
        while watch.more:
            await self.ask(watch.go_on)
        if watch.changed:
            await self.refresh_data()
            watch.changed = False

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Go there."""
        item = self._items[event.row_id]
        self.open_record(item.where, item.id)

    def action_open(self) -> None:
        """Go to where the item under the cursor can be done."""
        self.rows.action_choose()


def ways() -> Content:
    """The keys of the other screens, in one line."""
    parts: list[tuple[str, str]] = [("Go:", "")]
    for key in keys_of(""):
        if key.id.startswith("go.") and key.id != "go.today":
            parts += [(f" {key.shown}", "bold"), (f" {key.label} ", "")]
    return join(*parts)


def _pressing(desk: Desk) -> tuple[Sequence[Item], date]:
    from rcc_tui.services.today import pressing

    return pressing(desk), desk.clock.today()


def _read(desk: Desk) -> tuple[Sequence[Item], date]:
    from rcc_tui.services.today import today

    return today(desk), desk.clock.today()


def band(item: Item, day: date) -> str:
    """How soon an item is due, one of `BANDS`."""
    if item.urgent:
        return BANDS[0]
    if not item.due:
        return BANDS[4]
    ahead = (iso_date(item.due[:10], "due") - day).days
    return BANDS[1] if ahead <= 0 else BANDS[2] if ahead < _WEEK else BANDS[3]


def rank(item: Item, day: date) -> tuple[int, bool, str]:
    """What items are ordered by: how soon, in each band emergencies first, then the day."""
    return BANDS.index(band(item, day)), item.kind != "emergency", item.due or "9"


def keyed(items: Iterable[Item]) -> dict[str, Item]:
    """The items by what tells one from another, in their order; those that read alike by number."""
    found: dict[str, Item] = {}
    alike: Counter[str] = Counter()
    for item in items:
        key = f"{item.where} {item.kind} {item.id} {item.text}"
        alike[key] += 1
        found[f"{key} {alike[key]}"] = item
    return found


def rows_of(items: dict[str, Item], day: date) -> list[Row]:
    """The items as rows; the first of each band names it."""
    rows: list[Row] = []
    before = ""
    for key, item in items.items():
        here = band(item, day)
        due = f"{show_date(item.due[:10])} {item.due[11:16]}".rstrip()
        rows.append(
            Row(
                key,
                (here if here != before else "", item.text, due, item.where.title()),
                "!" if item.urgent else "",
            )
        )
        before = here
    return rows
