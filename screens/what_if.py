"""What the stay costs at each shortlisted place: one table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from rcc_tui.domain.dates import show_date
from rcc_tui.domain.money import pounds
from screens.form_screen import number
from screens.listed import ListScreen
from screens.months import month_text
from screens.pane import example_lines, fact, section, sum_line
from screens.search_text import miles
from screens.trade_text import price_lines
from screens.what_if_form import StayForm
from screens.widgets.rows import Column, Row, Rows
from screens.widgets.text import join, safe

if TYPE_CHECKING:
    from rcc_tui.services.what_if import Option, WhatIf

EMPTY = "No place is on the shortlist. Esc goes back; s in Search puts one on it."
COLUMNS = (
    Column("place", "Place", 12, flex=2),
    Column("authority", "Authority", 10, flex=1, priority=3),
    Column("miles", "Miles", 5, align="right"),
    Column("weekly", "A week", 10, align="right"),
    Column("premium", "Premium", 9, align="right", priority=1),
    Column("notice", "Notice", 7, align="right", priority=2),
    Column("kept", "Kept open", 9, align="right", priority=4),
    Column("total", "Stay", 12, align="right"),
)


class WhatIfScreen(ListScreen):
    """The cheapest first; places without a price last, marked `-`. A worked example is marked `E`.

    Args:
        request: the id of the request whose shortlist it is.
    """

    SCREEN = "what_if"
    HEADING = "What the stay costs"
    FILTER = "place, authority, amount…; Esc takes the filter off"

    def __init__(self, request: str) -> None:
        super().__init__()
        self._request = request
        self._nights, self._start, self._end = 0, "", ""
        self._found: WhatIf | None = None
        self._options: dict[str, Option] = {}

    def make_rows(self) -> Rows:
        """The list."""
        return Rows(COLUMNS, empty=EMPTY)

    async def refresh_data(self) -> None:
        """Reckon, and show."""
        from rcc_tui.services.what_if import what_if

        nights, start, end = self._nights, self._start, self._end
        found = await self.ask(lambda desk: what_if(desk, self._request, nights=nights, start=start, end=end))
        self._found = found
        self._options = {one.vacancy: one for one in found.options}
        days = f"{show_date(found.start)} to {show_date(found.end)}"
        stay = f", assumed for a {found.stay} stay" if found.assumed else ""
        self.title_line.show(f"{found.nights} nights{stay}", f"{days} ")
        self.fill([row_of(one) for one in found.options], lambda row_id: [row_id])

    def detail(self, row_id: str) -> list[Content]:
        """How a place's total comes about."""
        option = self._options.get(row_id)
        return option_lines(option) if option is not None else []

    def action_days(self) -> None:
        """Reckon with other days."""
        if self._found is not None:
            self.app.push_screen(StayForm(self._found, self._with_days))

    def _with_days(self, values: dict[str, str]) -> None:
        """From when and how long: a last day counts more than nights."""
        self._start, self._end = values["start"], values["end"]
        self._nights = 0 if self._end else number(values["nights"])
        self.reload()


def row_of(one: Option) -> Row:
    """A place as a row."""
    if one.why_not:
        known = (one.setting_name, one.authority_name, miles(one.miles))
        return Row(one.vacancy, (*known, *["-"] * 5), "-")
    cells = (
        one.setting_name,
        one.authority_name,
        miles(one.miles),
        pounds(one.weekly),
        pounds(one.premium) if one.premium else "-",
        f"{one.notice_days} days",
        pounds(one.retainer) if one.retainer else "-",
        pounds(one.total),
    )
    return Row(one.vacancy, cells, "E" if one.worked_example else "")


def option_lines(one: Option) -> list[Content]:
    """A place in full: the price line by line, and what each month comes to."""
    lines = [
        join((one.setting_name, "bold")),
        fact("Authority", one.authority_name or one.authority or "-"),
        fact("Miles", miles(one.miles)),
        fact("Free", one.free),
    ]
    if one.why_not:
        return [*lines, safe(f"- No price: {one.why_not}.", "bold")]
    lines += example_lines(one.worked_example)
    lines += [
        fact("Price by", one.source),
        fact("Notice", f"{one.notice_days} days"),
        fact("Kept open", f"{pounds(one.retainer)} a week" if one.retainer else "not agreed"),
    ]
    if one.premium:
        lines.append(fact("Premium", f"{pounds(one.premium)} a week, first {one.premium_nights} nights"))
    charges = [
        sum_line(f"{month_text(each.month)} {each.nights} nights {each.kind}", each.pence)
        for each in one.charges
    ]
    whole = sum_line("the stay", one.total, style="bold")
    return [
        *lines,
        *section("Price a week", price_lines(one.lines, sum(line.pence for line in one.lines))),
        *section("Month by month", [*charges, whole]),
    ]
