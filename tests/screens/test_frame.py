"""What every screen has: title, status, keys, help, too small, tell and fail."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.widgets import Static

from rcc_tui.domain.errors import Refused
from screens.widgets.dialogs import Tell
from screens.widgets.form import Form, TextField
from screens.widgets.frame import Facts, HelpScreen, RccScreen
from screens.widgets.rows import Column, Row, Rows
from tests.screens.hostile import HOSTILE


class Requests(RccScreen):
    """A screen with a list and, below it, a form."""

    SCREEN = "requests"
    HEADING = "Requests"
    BINDINGS = [("g", "own", "Own")]  # noqa: RUF012 - as screens write it

    def __init__(self) -> None:
        super().__init__()
        self.done: list[str] = []
        self.rows = Rows((Column("a", "A", flex=1),))
        self.form = Form(TextField("x", "X"))

    def body(self) -> ComposeResult:
        yield self.rows
        yield self.form

    def action_new(self) -> None:
        self.done.append("new")

    def action_own(self) -> None:
        self.done.append("own")


class Host(App[None]):
    """An app of one screen."""

    def __init__(self) -> None:
        super().__init__()
        self.main = Requests()
        self.gone: list[str] = []

    def on_mount(self) -> None:
        self.push_screen(self.main)
        self.main.rows.set_rows([Row("a", ("cell",))])

    def action_go(self, where: str) -> None:
        self.gone.append(where)


FACTS = Facts("871 Slough", "Desk A", "Mon 02/03/2026", 2, 1)


def footer(app: Host) -> list[str]:
    return [key.id for key, _ in app.main.footer.shown_keys()]


async def test_every_line_is_there_and_keys_work() -> None:
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        app.main.title_line.show("Requests", "3 open")
        await pilot.pause()
        assert str(app.main.title_line.render()).rstrip() == " Requests" + " " * 65 + "3 open"
        assert footer(app) == [
            "requests.new",
            "requests.emergency",
            "requests.edit",
            "requests.open",
            "requests.search",
            "help",
        ]
        line = str(app.main.footer.render())
        assert line.startswith(" n New  E Emergency  e Edit  Enter Open  s Search  ? Help")
        assert len(line) == 80
        await pilot.press("n", "g", "3")
        assert app.main.done == ["new", "own"]
        assert app.gone == ["search"]


async def test_footer_keeps_help_when_narrow() -> None:
    app = Host()
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.pause()
        line = str(app.main.footer.render())
        assert line.rstrip().endswith("? Help")
        assert len(line) == 40
        assert "Search" not in line


async def test_footer_speaks_of_the_form_while_one_types() -> None:
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        app.main.form.fields[0].input.focus()
        await pilot.pause()
        assert footer(app)[:2] == ["form.save", "form.cancel"]
        assert "requests.new" not in footer(app)
        assert str(app.main.footer.render()).rstrip().endswith("F1 Help")
        await pilot.press("n", "5")
        assert app.main.done == []
        assert app.gone == []
        assert app.main.form.draft() == {"x": "n5"}


async def test_remapped_keys_are_shown_as_they_are() -> None:
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        app.set_keymap({"requests.new": "z"})
        await pilot.pause()
        assert str(app.main.footer.render()).startswith(" z New")
        await pilot.press("n", "z")
        assert app.main.done == ["new"]
        await pilot.press("question_mark")
        await pilot.pause()
        text = str(app.screen.query(".dialog--body").last(Static).render())
        assert " z       New" in text


async def test_footer_by_mouse() -> None:
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.click(app.main.footer, offset=(2, 0))
        assert app.main.done == ["new"]
        line = str(app.main.footer.render())
        await pilot.click(app.main.footer, offset=(line.index("Help"), 0))
        assert isinstance(app.screen, HelpScreen)


async def test_help_lists_all_keys_and_closes() -> None:
    app = Host()
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.press("question_mark")
        await pilot.pause()
        text = str(app.screen.query(".dialog--body").last(Static).render())
        for word in ("This screen", "Withdraw", "Lists", "Copy row", "Forms", "Everywhere", "Ctrl+Q", "F5"):
            assert word in text
        hint = app.screen.query_one(".dialog--hint")
        assert hint.region.bottom <= 11
        await pilot.press("down", "pagedown")
        assert app.screen.query_one(".dialog--scroll").scroll_offset.y > 1
        await pilot.press("n", "3", "question_mark")
        await pilot.pause()
        assert app.screen is app.main
        assert app.main.done == []
        assert app.gone == []


async def test_status_facts_give_way_to_the_message() -> None:
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        app.main.status.set_facts(FACTS)
        await pilot.pause()
        shown = str(app.main.status.render()).rstrip()
        assert shown == "871 Slough · Mon 02/03/2026 · Desk A · 2 parked · ! 1 quarantined"
        app.main.tell("R12 withdrawn.", "u takes it back.")
        shown = str(app.main.status.render()).rstrip()
        assert shown == "871 Slough · 2 parked · ! 1 quarantined · R12 withdrawn. u takes it back."
        app.main.tell("x" * 200)
        shown = str(app.main.status.render())
        assert len(shown) == 80
        assert shown.startswith("2 parked · ! 1 quarantined · xxx")
        assert shown.endswith("…")
        app.main.status.set_facts(Facts("871 Slough", warning="NOT ENCRYPTED"))
        assert str(app.main.status.render()).startswith("NOT ENCRYPTED · xx")
        app.main.status.set_facts(Facts("871 Slough", "Desk A", "Mon 02/03/2026"))
        whole = "Withdrawn the proposal for Thames House in Reading; p in Search proposes anew."
        app.main.tell(whole)
        assert str(app.main.status.render()).rstrip() == whole


async def test_fail_shows_what_where_and_hint_and_never_raises() -> None:
    class Mute(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        app.main.fail(Refused("No such place.", where="place", hint="Choose one."))
        await pilot.pause()
        assert isinstance(app.screen, Tell)
        assert (app.screen.what, app.screen.where, app.screen.hint) == (
            "No such place.",
            "place",
            "Choose one.",
        )
        assert app.main.status.message == "No such place."
        assert str(app.main.status.render()).startswith("! No such place.")
        app.main.fail(Mute())
        await pilot.pause()
        assert len(app.screen_stack) == 3
        assert app.main.status.message == "Mute"
        await pilot.press("escape")
        await pilot.pause()
        assert len(app.screen_stack) == 2


@pytest.mark.parametrize("size", [(39, 24), (80, 9), (10, 3)])
async def test_too_small_a_window_says_so_and_does_nothing(size: tuple[int, int]) -> None:
    app = Host()
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert app.main.too_small
        assert app.main.query_one(".frame--too-small").display
        await pilot.press("n")
        assert app.main.done == []
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert not app.main.query_one(".frame--too-small").display
        await pilot.press("n")
        assert app.main.done == ["new"]


@pytest.mark.parametrize(
    ("size", "classes"),
    [
        ((80, 24), {"-narrow", "-short"}),
        ((100, 30), {"-medium", "-tall"}),
        ((160, 50), {"-wide", "-lofty"}),
    ],
)
async def test_breakpoints(size: tuple[int, int], classes: set[str]) -> None:
    app = Host()
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert classes <= app.main.classes
        assert not app.main.too_small


async def test_back_closes_and_common_keys_answer() -> None:
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("slash")
        assert app.main.status.message == "Nothing to filter here."
        await pilot.press("f5")
        assert app.main.status.message == "Nothing to read again here."
        await pilot.press("y")
        await pilot.pause()
        assert app.main.status.message.startswith("Copied the cell")
        await pilot.press("escape")
        await pilot.pause()
        assert app.screen is not app.main


async def test_hostile_words() -> None:
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        for text in HOSTILE:
            app.main.title_line.show(text, text)
            app.main.status.set_facts(Facts(text, text, text, warning=text))
            app.main.tell(text, text)
            app.main.fail(Refused(text, where=text, hint=text))
            for line in (app.main.title_line, app.main.status):
                content = line.render()
                assert content.cell_length == 80
                assert "\x1b" not in content.plain
                assert "\n" not in content.plain
        await pilot.pause()
        assert app.is_running
