"""Dialogs are worked by keys alone and show data literally."""

from __future__ import annotations

import pytest
from textual.app import App
from textual.widgets import Static

from rcc_tui.domain.errors import Refused
from screens.widgets.dialogs import Ask, Dialog, Pick, Prompt, Tell
from screens.widgets.form import CodeField, NumberField
from tests.screens.hostile import HOSTILE

CHOICES = (("y", "Yes, withdraw"), ("n", "No"), ("l", "Later"))
OPTIONS = (("871", "Slough"), ("870", "Reading"), ("850", "Hampshire"), ("886", "Kent"))


class Host(App[None]):
    """An empty app that shows a dialog and keeps its answers."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: list[str | None] = []

    def show(self, dialog: Dialog[str] | Dialog[None]) -> None:
        self.push_screen(dialog, self.answers.append)


def shown(app: App[None]) -> str:
    return "\n".join(str(part.render()) for part in app.screen.query(Static))


@pytest.mark.parametrize(
    ("pressed", "answer"),
    [
        (["n"], "n"),
        (["enter"], "y"),
        (["down", "enter"], "n"),
        (["tab", "down", "down", "up", "enter"], "l"),
        (["z", "escape"], None),
    ],
)
async def test_ask(pressed: list[str], answer: str | None) -> None:
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        app.show(Ask("Withdraw?", "The request goes.", CHOICES))
        await pilot.pause()
        await pilot.press(*pressed)
        assert app.answers == [answer]


async def test_ask_by_mouse_and_its_looks() -> None:
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        app.show(Ask("Withdraw?", "The request goes.", CHOICES))
        await pilot.pause()
        text = shown(app)
        assert "> y  Yes, withdraw\n  n  No" in text
        assert "Esc goes back" in text
        choices = next(part for part in app.screen.query(Static) if "Later" in str(part.render()))
        await pilot.click(choices, offset=(3, 2))
        assert app.answers == ["l"]


async def test_tell_says_what_where_and_what_next() -> None:
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        app.show(Tell.of(Refused("The date is past.", where="from", hint="Choose a later one.")))
        await pilot.pause()
        assert "! The date is past.\nWhere: from\nNext:  Choose a later one." in shown(app)
        await pilot.press("enter")
        assert app.answers == [None]
        app.show(Tell.of(KeyError("x [/")))
        await pilot.pause()
        assert "KeyError: 'x [/'" in shown(app)
        assert "Where" not in shown(app)


async def test_long_text_scrolls_and_the_box_stays_in_the_window() -> None:
    app = Host()
    async with app.run_test(size=(40, 10)) as pilot:
        app.show(Tell("word " * 400))
        await pilot.pause()
        box = app.screen.query_one(".dialog--box")
        assert box.region.bottom <= 10
        scroll = app.screen.query_one(".dialog--scroll")
        await pilot.press("pagedown")
        assert scroll.scroll_offset.y > 0


async def test_pick_narrows_as_one_types() -> None:
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        pick = Pick("Authority", OPTIONS)
        app.show(pick)
        await pilot.pause()
        assert pick.rows.total == 4
        await pilot.press("a", "m", "p")
        assert pick.rows.total == 1
        assert [pick.rows.current and pick.rows.current.cells] == [("Hampshire",)]
        await pilot.press(*["backspace"] * 3, "down", "down", "up", "enter")
        assert app.answers == ["870"]


async def test_pick_by_code_and_nothing_fits() -> None:
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        pick = Pick("Authority", OPTIONS, codes=True)
        app.show(pick)
        await pilot.pause()
        await pilot.press("8", "8", "6", "9")
        assert pick.rows.total == 0
        await pilot.press("enter")
        assert app.answers == []
        await pilot.press("backspace", "enter")
        assert app.answers == ["886"]
        app.show(Pick("Authority", OPTIONS))
        await pilot.pause()
        await pilot.press("pagedown", "pageup", "escape")
        assert app.answers == ["886", None]


async def test_prompt_takes_only_what_is_valid() -> None:
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        field = NumberField("age", "Age", most=17, required=True)
        app.show(Prompt("How old?", field, "At the day of the request."))
        await pilot.pause()
        await pilot.press("enter")
        assert field.error == "Age is needed."
        await pilot.press("9", "9", "enter")
        assert app.answers == []
        await pilot.press("backspace", "enter")
        assert app.answers == ["9"]


async def test_prompt_for_a_code_takes_the_candidate_first() -> None:
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        app.show(Prompt("Which?", CodeField("to", "Authority", OPTIONS)))
        await pilot.pause()
        await pilot.press("r", "enter")
        assert app.answers == ["870"]


async def test_hostile_words() -> None:
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        text = "\n".join(HOSTILE)
        for dialog in (
            Ask(text, text, [("a", each) for each in HOSTILE]),
            Tell(text, text, text, text),
            Pick(text, [(each, each) for each in HOSTILE], codes=True),
            Prompt(text, NumberField("a", text), text),
        ):
            app.show(dialog)
            await pilot.pause()
            assert all(
                each in shown(app) or isinstance(dialog, Pick)
                for each in HOSTILE
                if each.isascii() and each.isprintable()
            )
            assert "\x1b" not in shown(app)
            await pilot.press("escape")
        assert app.answers == [None] * 4
