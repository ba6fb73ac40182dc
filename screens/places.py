"""Places: our own settings and what they offer, confirmed, held, released, closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from textual.content import Content

from rcc_tui.domain.dates import show_date
from screens.keys import Key
from screens.listed import ListScreen
from screens.pane import brief
from screens.place_form import HoldForm, SettingForm, VacancyForm
from screens.place_text import mark_words, marks, setting_lines, vacancy_lines
from screens.typeahead import OPENING
from screens.widgets.dialogs import Ask, Pick, Prompt
from screens.widgets.form import TextField
from screens.widgets.rows import Column, Row, Rows

if TYPE_CHECKING:
    from rcc_tui.services.allocating import SeatView
    from rcc_tui.services.desk import Desk
    from rcc_tui.services.directory import MemberView
    from rcc_tui.services.places import SettingView, VacancyView

AT_MOST = 2000
HOLD_DAYS = 2
COLUMNS = (
    Column("name", "Setting", 14, flex=3),
    Column("ref", "Ref", 8, priority=6),
    Column("registered", "Reg", 3, align="right", priority=3),
    Column("occupied", "Occ", 3, align="right", priority=3),
    Column("reserved", "Res", 3, align="right", priority=3),
    Column("accepting", "Acc", 3, align="right", priority=2),
    Column("free", "Free", 4, align="right"),
    Column("held", "Held", 4, align="right", priority=1),
    Column("confirmed", "Confirmed", 10, priority=1),
    Column("ages", "Ages", 5, priority=4),
)


class PlacesScreen(ListScreen):
    """Every vacancy that this desk acts for, and the settings that offer nothing yet."""

    SCREEN = "places"
    HEADING = "Places"
    ABOUT_A_ROW = frozenset({"confirm", "edit", "hold", "release", "close", "allocator"})
    FILTER = "name, town, stale, free, held, full, closed…; Esc takes the filter off"

    def __init__(self) -> None:
        super().__init__()
        self._vacancies: dict[str, VacancyView] = {}
        self._settings: dict[str, SettingView] = {}
        self._members: tuple[MemberView, ...] = ()
        self._total = 0

    def make_rows(self) -> Rows:
        """The list."""
        return Rows(COLUMNS, empty="No places yet. n adds a setting and its vacancies.", mark_width=3)

    async def refresh_data(self) -> None:
        """Read and show our settings and vacancies."""
        from rcc_tui.services import directory, places

        def read(desk: Desk) -> tuple[tuple[SettingView, ...], tuple[VacancyView, ...], int]:
            settings = places.settings(desk, limit=AT_MOST)
            offered = places.listing(desk, limit=AT_MOST)
            return settings.rows, offered.rows, offered.total

        settings, vacancies, total = await self.ask(read)
        self._members = await self.ask(directory.members)
        self._settings = {one.id: one for one in settings}
        self._vacancies = {one.id: one for one in vacancies}
        self._total = total
        self._show_all(total)

    def _show_all(self, total: int) -> None:
        offering = {one.place.setting_id for one in self._vacancies.values() if one.state != "closed"}
        bare = [one for one in self._settings.values() if one.id not in offering and not one.closed]
        rows = [*map(_vacancy_row, self._vacancies.values()), *map(_setting_row, bare)]
        rows.sort(key=lambda row: row.mark.startswith("x"))
        stale = sum(one.stale and one.state != "closed" for one in self._vacancies.values())
        aside = [f"s {stale} to confirm"] if stale else []
        aside += [f"first {AT_MOST:,} of {total:,}"] if total > len(self._vacancies) else []
        self.title_line.show(self.HEADING, " · ".join(aside) + " ")
        self.fill(rows, self._words)

    def _words(self, row_id: str) -> list[str]:
        """What a filter finds beside the cells: the town, and in words what the marks say."""
        vacancy = self._vacancies.get(row_id)
        if vacancy is None:
            return [self._settings[row_id].facts.town]
        setting = vacancy.place.setting
        free = "free" if vacancy.place.free and vacancy.state != "closed" else ""
        return [setting.town, setting.outcode, free, *mark_words(vacancy), row_id]

    def detail(self, row_id: str) -> list[Content]:
        """What is known of a vacancy, or of a setting without one."""
        if vacancy := self._vacancies.get(row_id):
            return vacancy_lines(vacancy, self._name_of)
        if setting := self._settings.get(row_id):
            return setting_lines(setting)
        return []

    def _name_of(self, code: str) -> str:
        return next((one.name for one in self._members if one.code == code), code)

    def not_listed(self) -> str:
        """How many vacancies were not read."""
        return f", {more:,} more vacancies not" if (more := self._total - len(self._vacancies)) > 0 else ""

    @property
    def _vacancy(self) -> VacancyView | None:
        """The vacancy under the cursor, if acts may fall on it; says why not otherwise."""
        vacancy = self._vacancies.get(self.row_id)
        if vacancy is None:
            self.tell("This setting offers nothing yet: n adds a vacancy." if self.row_id else "No place.")
        elif vacancy.state == "closed":
            self.tell("This vacancy is closed: n offers the place anew.")
        else:
            return vacancy
        return None

    def apt(self, key: Key) -> bool:
        """A place is held where one is free, released where one is held."""
        vacancy = self._vacancies.get(self.row_id)
        if vacancy is None or vacancy.state == "closed":
            return key.command in ("new", "edit") and super().apt(key)
        if key.command == "release":
            return any(not one.lapsed for one in vacancy.holds)
        return key.command != "hold" or vacancy.place.free > 0

    # Keys

    def action_confirm(self) -> None:
        """Unchanged since last time."""
        from rcc_tui.services import places

        if vacancy := self._vacancy:
            name = brief(vacancy.place.setting.name)
            self.act(
                lambda desk: places.confirm(desk, vacancy.id),
                lambda done: f"Confirmed {name} unchanged. e changes it.",
            )

    def action_new(self) -> None:
        """A vacancy of a setting that is picked, or a new setting."""
        known = [(one.id, _setting_label(one)) for one in self._settings.values() if not one.closed]
        if not known:
            self._new_setting()
            return
        current = self._current_setting()
        known.sort(key=lambda option: option[0] != current)
        options = [known[0], ("", "A setting not listed yet: add it"), *known[1:]]
        self.app.push_screen(Pick("New vacancy of", options), self._picked_setting)

    def _current_setting(self) -> str:
        vacancy = self._vacancies.get(self.row_id)
        return vacancy.place.setting_id if vacancy else self.row_id

    def _picked_setting(self, setting: str | None) -> None:
        if setting is None:
            return
        if not setting:
            self._new_setting()
            return
        view = self._settings[setting]
        count = sum(one.place.setting_id == setting for one in self._vacancies.values())
        self.app.push_screen(VacancyForm(setting, view.facts.name, f"{view.facts.ref}-{count + 1}"))

    def _new_setting(self) -> None:
        desk = self.desk
        if desk.role == "hub":
            absent = [(one.code, one.name) for one in self._members if one.role != "hub" and not one.desks]
            if not absent:
                self.tell("A hub adds places only for authorities without a desk; there is none.")
                return
            self.app.push_screen(SettingForm(absent))
        else:
            self.app.push_screen(SettingForm([(desk.code, self._name_of(desk.code))]))

    def action_edit(self) -> None:
        """Change the vacancy, or its setting."""
        vacancy = self._vacancies.get(self.row_id)
        if vacancy is None or vacancy.state == "closed":
            self._edit_setting(self._current_setting())
            return
        name = vacancy.place.setting.name
        choices = (("v", "What the vacancy offers"), ("s", f"The setting {name}: counts, address, grade"))
        self.app.push_screen(Ask("Change what?", name, choices), self._chose_edit)

    def _chose_edit(self, what: str | None) -> None:
        vacancy = self._vacancies.get(self.row_id)
        if what == "s":
            self._edit_setting(self._current_setting())
        elif what == "v" and vacancy is not None:
            place = vacancy.place
            form = VacancyForm(place.setting_id, place.setting.name, "", vacancy.id, place.vacancy)
            self.app.push_screen(form)

    def _edit_setting(self, setting: str) -> None:
        view = self._settings.get(setting)
        if view is None:
            self.tell("No setting is chosen.")
            return
        facts = view.facts
        owner = [(facts.authority, self._name_of(facts.authority))]
        self.app.push_screen(SettingForm(owner, view.id, facts))

    def action_hold(self) -> None:
        """Keep a place for somebody."""
        vacancy = self._vacancy
        if vacancy is None:
            return
        if vacancy.place.free < 1:
            self.tell("No place is free to hold.")
            return
        until = (self.desk.clock.today() + timedelta(days=HOLD_DAYS)).isoformat()
        known = [(one.code, one.name) for one in self._members if one.role != "hub"]
        self.app.push_screen(HoldForm(vacancy.id, vacancy.place.setting.name, known, until))

    def action_release(self) -> None:
        """Give up a hold before its time."""
        vacancy = self._vacancy
        if vacancy is None:
            return
        live = [one for one in vacancy.holds if not one.lapsed]
        if not live:
            self.tell("There is no hold here to release. h holds a place.")
        elif len(live) == 1:
            self._release(vacancy, live[0].id)
        else:
            options = [
                (
                    one.id,
                    f"{one.held_for} {self._name_of(one.held_for)}: {one.places}, {one.what}".rstrip(", "),
                )
                for one in live
            ]
            self.app.push_screen(Pick("Release which", options), self._releaser(vacancy))

    def _releaser(self, vacancy: VacancyView) -> Callable[[str | None], None]:
        def release(hold: str | None) -> None:
            if hold is not None:
                self._release(vacancy, hold)

        return release

    def _release(self, vacancy: VacancyView, hold: str) -> None:
        from rcc_tui.services import places

        self.act(
            lambda desk: places.release(desk, vacancy.id, hold),
            lambda done: f"Released: {done.place.free} free. h holds it again.",
        )

    def action_allocator(self) -> None:
        """Let another desk of ours give the places out."""
        if vacancy := self._vacancy:
            self.background(partial(self._ask_seat, vacancy), OPENING, exclusive=True)

    async def _ask_seat(self, vacancy: VacancyView) -> None:
        from rcc_tui.services import allocating

        known = await self.ask(allocating.seats)
        others = [(one.key, _seat_label(one)) for one in known if one.key != vacancy.allocator]
        if not others:
            self.tell("We have no other desk on the roll to hand it to.")
            return
        title = f"Give out {brief(vacancy.place.setting.name)} at"
        self.app.push_screen(Pick(title, others), partial(self._allocate, vacancy))

    def _allocate(self, vacancy: VacancyView, to: str | None) -> None:
        from rcc_tui.services import allocating

        if to is not None:
            self.act(
                lambda desk: allocating.allocate(desk, vacancy.id, to),
                lambda done: f"{done.allocator_name} gives out {brief(done.place.setting.name)} from now on.",
            )

    def action_close(self) -> None:
        """No longer offer the place."""
        vacancy = self._vacancy
        if vacancy is not None:
            field = TextField("why", "Why", required=True, hint="place filled, home closed, staffing…")
            title = f"Close the vacancy of {vacancy.place.setting.name}?"
            self.app.push_screen(Prompt(title, field), self._closer(vacancy))

    def _closer(self, vacancy: VacancyView) -> Callable[[str | None], None]:
        from rcc_tui.services import places

        def close(why: str | None) -> None:
            if why:
                self.act(
                    lambda desk: places.close(desk, vacancy.id, why),
                    lambda done: f"Closed {brief(done.place.setting.name)}. n offers it anew.",
                )

        return close


def _vacancy_row(view: VacancyView) -> Row:
    setting, vacancy = view.place.setting, view.place.vacancy
    held = sum(one.places for one in view.holds if not one.lapsed)
    cells = (
        setting.name,
        vacancy.ref,
        str(setting.registered),
        str(setting.occupied),
        str(setting.reserved),
        str(vacancy.accepting),
        str(view.place.free),
        str(held or ""),
        show_date(vacancy.confirmed_on) or "never",
        f"{vacancy.age_min}-{vacancy.age_max}",
    )
    return Row(view.id, cells, marks(view))


def _setting_row(view: SettingView) -> Row:
    facts = view.facts
    counts = (str(facts.registered), str(facts.occupied), str(facts.reserved))
    return Row(view.id, (facts.name, "", *counts, "-", "-", "", "no vacancy", ""), "-")


def _seat_label(seat: SeatView) -> str:
    return f"{seat.name}{' (this desk)' if seat.here else ''}  {seat.key[:8]}"


def _setting_label(view: SettingView) -> str:
    return ", ".join(part for part in (view.facts.name, view.facts.town or view.facts.outcode) if part)
