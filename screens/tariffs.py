"""Tariffs: the price lists of the region, who goes by which, what differs, and what a place costs by one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual.content import Content

from rcc_tui.domain.dates import parse_date, show_date
from screens.export import check_new_file, free_name
from screens.keys import Key
from screens.listed import ListScreen
from screens.pane import brief
from screens.tariff_compare import TariffCompare
from screens.tariff_quote import QuoteForm
from screens.tariff_text import tariff_lines
from screens.widgets.dialogs import Pick, Prompt
from screens.widgets.form import DateField, TextField
from screens.widgets.rows import Column, Row, Rows

if TYPE_CHECKING:
    from rcc_tui.services.desk import Desk
    from rcc_tui.services.tariffs import TariffView

EMPTY = "No tariff has been published. The host publishes one: rcc tariff publish FILE."
COLUMNS = (
    Column("name", "Name", 16, flex=1),
    Column("version", "Ver.", 4, align="right"),
    Column("from", "From", 10, priority=1),
    Column("to", "To", 10, priority=2),
    Column("adopted", "Adopted", 7, align="right"),
    Column("with", "With us", 7, align="right"),
)


@dataclass(frozen=True, slots=True)
class Read:
    """All that is shown: the lists, with whom each is in force for us today, and the names of members."""

    views: tuple[TariffView, ...]
    forces: dict[str, tuple[str, ...]]
    names: dict[str, str]

    def name(self, code: str) -> str:
        """The name of a member, or its code."""
        return self.names.get(code, code)


class TariffsScreen(ListScreen):
    """Price lists, by name, the newest version first. A mark `E` tells a worked example, `x` ours."""

    SCREEN = "tariffs"
    HEADING = "Tariffs"
    FILTER = "name, version, day…; Esc takes the filter off"
    ABOUT_A_ROW = frozenset({"quote", "adopt", "withdraw", "compare", "write"})

    def __init__(self) -> None:
        super().__init__()
        self._told: Read | None = None
        self._views: dict[str, TariffView] = {}

    def make_rows(self) -> Rows:
        """The list."""
        return Rows(COLUMNS, mark_width=2, empty=EMPTY)

    async def refresh_data(self) -> None:
        """Read all price lists."""
        told = await self.ask(_read)
        self._told = told
        self._views = {one.id: one for one in told.views}
        examples = sum(one.worked_example for one in told.views)
        aside = f"E worked example: {examples} of {len(told.views)} " if examples else ""
        self.title_line.show(self.HEADING, aside)
        self.fill([_row(one, told, self.desk.code) for one in told.views], lambda row_id: [row_id])

    @property
    def _view(self) -> TariffView | None:
        return self._views.get(self.row_id)

    def detail(self, row_id: str) -> list[Content]:
        """A price list in full."""
        view, told = self._views.get(row_id), self._told
        if view is None or told is None:
            return []
        return tariff_lines(view, view.document(), told.forces.get(view.id), told.name)

    # Keys

    def _why_not(self, action: str) -> str:
        view = self._view
        if view is None:
            return "No price list is chosen."
        if action == "compare":
            return "" if len(self._views) > 1 else "There is no other list to compare it with."
        if action in ("quote", "write"):
            return ""
        if self.desk.role != "authority":
            return "A hub trades no places and goes by no list: authorities do."
        adopted = self.desk.code in view.adopted_by
        if action == "adopt":
            return "We go by this list already: w takes that back." if adopted else ""
        return "" if adopted else "We have not adopted this list: a adopts it."

    def apt(self, key: Key) -> bool:
        """What may be done with the list under the cursor."""
        return not self._why_not(key.command)

    def _ready(self, action: str) -> TariffView | None:
        if why := self._why_not(action):
            self.tell(why)
            return None
        return self._view

    def action_adopt(self) -> None:
        """Go by this list from a day on."""
        if view := self._ready("adopt"):
            first = max(view.valid_from, self.desk.clock.today().isoformat())
            field = DateField("from", "For placements from", self._read_date, value=first, required=True)
            body = "It is in force between any two that have both adopted it."
            title = f"Adopt {brief(view.name, 30)}, version {view.version}?"
            self.app.push_screen(Prompt(title, field, body), partial(self._adopted, view))

    def _adopted(self, view: TariffView, day: str | None) -> None:
        from rcc_tui.services import tariffs

        if day is not None:
            self.act(
                lambda desk: tariffs.adopt(desk, view.id, day),
                lambda _: f"Adopted from {show_date(day)}. w takes it back.",
            )

    def action_withdraw(self) -> None:
        """Go by it no longer."""
        if view := self._ready("withdraw"):
            today = self.desk.clock.today().isoformat()
            field = DateField("on", "For placements from", self._read_date, value=today, required=True)
            body = "What is agreed stays agreed; later placements go by another list."
            title = f"Go by {brief(view.name, 30)}, version {view.version}, no longer?"
            self.app.push_screen(Prompt(title, field, body), partial(self._withdrawn, view))

    def _withdrawn(self, view: TariffView, day: str | None) -> None:
        from rcc_tui.services import tariffs

        if day is not None:
            self.act(
                lambda desk: tariffs.withdraw(desk, view.id, day),
                lambda _: f"Not for placements from {show_date(day)} on. a adopts it again.",
            )

    def action_compare(self) -> None:
        """What differs from another list."""
        if view := self._ready("compare"):
            options = [
                (one.id, f"{one.name}, version {one.version}, from {show_date(one.valid_from)}")
                for one in self._views.values()
                if one is not view
            ]
            self.app.push_screen(Pick("Compare with", options), partial(self._compare, view))

    def _compare(self, view: TariffView, other: str | None) -> None:
        if other is not None:
            found = sorted((view, self._views[other]), key=lambda one: (one.valid_from, one.version))
            self.app.push_screen(TariffCompare(*found))

    def action_write(self) -> None:
        """Write the list to a file."""
        if view := self._ready("write"):
            file = str(free_name(Path.home() / f"tariff-{view.id[:8]}.html"))
            field = TextField("file", "File", value=file, required=True, check=check_new_file)
            body = (
                "The ending says as what: .html a page to print, .txt text, .csv the tables to publish from."
            )
            self.app.push_screen(Prompt("Write the price list", field, body), partial(self._write, view))

    def _write(self, view: TariffView, file: str | None) -> None:
        if file is not None:
            path = Path(file).expanduser()
            self.background(partial(self._written, view, path), "write", exclusive=False)

    async def _written(self, view: TariffView, path: Path) -> None:
        from rcc_tui.services import tariff_paper

        await self.ask(lambda desk: tariff_paper.write(tariff_paper.paper(desk, view.id), path))
        self.tell(f"Written to {path}")

    def action_quote(self) -> None:
        """What a place costs by this list."""
        if view := self._ready("quote"):
            self.app.push_screen(QuoteForm(view))

    def _read_date(self, text: str) -> str:
        return parse_date(text, self.desk.clock.today()).isoformat()


def _row(view: TariffView, told: Read, code: str) -> Row:
    mark = f"{'E' if view.worked_example else ''}{'x' if code in view.adopted_by else ''}"
    cells = (
        view.name,
        str(view.version),
        show_date(view.valid_from),
        show_date(view.valid_to) or "open",
        str(len(view.adopted_by)),
        str(len(told.forces[view.id])) if view.id in told.forces else "-",
    )
    return Row(view.id, cells, mark)


def _read(desk: Desk) -> Read:
    from rcc_tui.services import tariffs
    from rcc_tui.services.directory import members

    views, known, today = tariffs.listing(desk), members(desk), desk.clock.today()
    forces: dict[str, list[str]] = {}
    if desk.role == "authority":
        forces = {one.id: [] for one in views}
        for one in known:
            if one.role == "authority" and one.code != desk.code:
                found = tariffs.in_force(desk, desk.code, one.code, today)
                if found is not None:
                    forces[found.id].append(one.code)
    return Read(
        views,
        {key: tuple(codes) for key, codes in forces.items()},
        {one.code: one.name for one in known},
    )
