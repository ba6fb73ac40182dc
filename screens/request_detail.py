"""One request: every fact that is set, its shortlist, and what happened to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.content import Content

from rcc_tui.domain.dates import show_date
from rcc_tui.domain.errors import RccError
from screens.needs_words import facts, who
from screens.pane import Pane, fact, section
from screens.request_acts import RequestActs
from screens.request_form import shown_id
from screens.widgets.text import safe

if TYPE_CHECKING:
    from rcc_tui.services.desk import Desk
    from rcc_tui.services.history import HistoryLine
    from rcc_tui.services.requests import RequestView


@dataclass(frozen=True, slots=True)
class Told:
    """All that is shown of a request. `shortlist` in words, `lines` its history."""

    view: RequestView
    shortlist: tuple[str, ...]
    lines: tuple[HistoryLine, ...]


class RequestDetail(RequestActs):
    """A request in full. The keys of the list work on it too; Esc goes back.

    Args:
        record: its id.
    """

    SCREEN = "requests"
    HEADING = "Request"
    DEFAULT_CSS = """
    RequestDetail Pane { height: 1fr; }
    """

    def __init__(self, record: str) -> None:
        super().__init__()
        self._record = record
        self._told: Told | None = None
        self.pane = Pane()

    def body(self) -> ComposeResult:
        """The text."""
        yield self.pane

    def on_mount(self) -> None:
        """Arrows scroll."""
        self.pane.focus()

    @property
    def current(self) -> RequestView | None:
        """The request shown."""
        return self._told.view if self._told else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """It is open already, and there is nothing to filter."""
        return action not in ("open", "filter") and super().check_action(action, parameters)

    async def refresh_data(self) -> None:
        """Read the request, its shortlist and its history."""
        told = await self.ask(lambda desk: _read(desk, self._record))
        again, self._told = self._told is not None, told
        view = told.view
        self.title_line.show(f"Request {shown_id(view.id)}  {who(view.needs)}", f"{view.state} ")
        self.pane.show(lines_of(told), stay=again)


def _read(desk: Desk, record: str) -> Told:
    from rcc_tui.services import history, places, requests

    view = requests.show(desk, record)
    listed = []
    for vacancy in view.shortlist:
        try:
            found = places.show(desk, vacancy)
            listed.append(f"{found.place.setting.name} ({found.state}) {shown_id(vacancy)}")
        except RccError:
            listed.append(f"{shown_id(vacancy)} (not heard of here)")
    return Told(view, tuple(listed), history.history(desk, view.id))


def lines_of(told: Told) -> list[Content]:
    """The request as lines of text."""
    view = told.view
    due = view.deadline
    head = [
        fact("State", f"{view.state}{f': {view.closed_why}' if view.closed_why else ''}"),
        fact("Urgency", view.urgency) if view.is_open else fact("Id", view.id),
        *([fact("Confirm by", f"{due[11:]} on {show_date(due[:10])}")] if due else []),
        fact("Our reference", view.child or "-"),
        fact("Home", view.home_postcode or view.needs.home or "-"),
        fact("Officer", f"{view.officer or '-'}, entered {show_date(view.entered_on)}"),
        *([fact("Trade", shown_id(view.trade))] if view.trade else []),
    ]
    needs = [fact(label, words) for label, words in facts(view.needs) if label != "Home"]
    shortlist = [safe(f" {line}") for line in told.shortlist]
    timeline = [
        safe(f" {show_date(line.at[:10])} {line.at[11:]}  {line.who} {line.desk}: {line.what}")
        for line in told.lines
    ]
    empty = [safe(" Nothing yet: s searches, then s there puts a place on it.")] if view.is_open else []
    return [
        *head,
        *section("Needs", needs),
        *section("Shortlist", shortlist or empty),
        *section("What happened", timeline),
    ]
