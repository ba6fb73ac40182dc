"""Forms: what is typed, what is checked, what is saved, what survives."""

from __future__ import annotations

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.message import Message

from rcc_tui.domain.errors import Refused
from screens.widgets.codefield import CodeField, candidates, option_text
from screens.widgets.dialogs import Ask
from screens.widgets.form import DateField, Field, Form, MoneyField, NumberField, TextField, YesNoField
from screens.widgets.text import clean
from tests.screens.hostile import HOSTILE

PLACES = (
    ("U1", "Fostering with relatives: long term"),
    ("U4", "Fostering with other carers: long term"),
    ("K1", "Secure children's home"),
    ("K2", "Children's home"),
    ("Z11", ""),
)


def parse_day(text: str) -> str:
    days = {"today": "2026-03-02", "+7": "2026-03-09", "12/03/2026": "2026-03-12"}
    if text not in days:
        raise Refused(f"“{text}” is not a day.", hint="Write 12/03/2026.")
    return days[text]


def no_brackets(value: str) -> str:
    return "No brackets." if "(" in value else ""


def fields() -> list[Field]:
    return [
        TextField("name", "Name", required=True, check=no_brackets),
        CodeField("place", "Place", PLACES),
        DateField("day", "Day", parse_day, required=True),
        MoneyField("fee", "Weekly fee"),
        NumberField("age", "Age", least=0, most=17),
        YesNoField("secure", "Secure"),
    ]


class Host(App[None]):
    """One form, and a note of every message it sends."""

    def __init__(self, *parts: Field) -> None:
        super().__init__()
        self.form = Form(*(parts or fields()))
        self.heard: list[Message] = []

    def compose(self) -> ComposeResult:
        yield self.form

    def on_form_saved(self, message: Form.Saved) -> None:
        self.heard.append(message)

    def on_form_cancelled(self, message: Form.Cancelled) -> None:
        self.heard.append(message)

    def on_form_drafted(self, message: Form.Drafted) -> None:
        self.heard.append(message)

    @property
    def saved(self) -> list[dict[str, str]]:
        return [message.values for message in self.heard if isinstance(message, Form.Saved)]

    @property
    def cancelled(self) -> list[dict[str, str]]:
        return [message.draft for message in self.heard if isinstance(message, Form.Cancelled)]

    def at(self) -> str:
        return next(field.key for field in self.form.fields if field.input.has_focus)


def keys(text: str) -> list[str]:
    return ["space" if char == " " else char for char in text]


async def test_a_form_is_filled_by_keys_alone_and_saved() -> None:
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*keys("Ann"), "enter", *keys("sec"), "tab", *keys("today"), "down")
        await pilot.press(*keys("1234.5"), "enter", *keys("07"), "enter", "y", "ctrl+s")
        await pilot.pause()
        assert app.saved == [
            {"name": "Ann", "place": "K1", "day": "2026-03-02", "fee": "123450", "age": "7", "secure": "yes"}
        ]
        assert app.form.draft() == {
            "name": "Ann",
            "place": "K1 · Secure children's home",
            "day": "02/03/2026",
            "fee": "£1,234.50",
            "age": "7",
            "secure": "yes",
        }
        assert app.form.dirty
        app.form.settle()
        assert not app.form.dirty


async def test_wrong_fields_are_told_beside_them_and_nothing_is_saved() -> None:
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*keys("A"), "tab", "tab", *keys("soon"), "ctrl+s")
        await pilot.pause()
        assert app.saved == []
        assert app.at() == "day"
        assert app.form.errors == {"day": "“soon” is not a day. Write 12/03/2026."}
        field = app.form.field("day")
        assert field.error == app.form.errors["day"]
        assert field.size.height >= 2
        assert "! 1 to mend" in str(app.form.query_one(".form--foot").render())
        await pilot.press(*["backspace"] * 4, "+", "7")
        await pilot.pause()
        assert field.error == ""
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert app.saved[0]["day"] == "2026-03-09"


async def test_an_error_shows_as_the_field_is_left() -> None:
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("tab")
        await pilot.pause()
        assert app.form.field("name").error == "Name is needed."
        await pilot.press("shift+tab", *keys("(x)"), "down")
        await pilot.pause()
        assert app.form.field("name").error == "No brackets."
        assert app.form.set_error("fee", "The tariff says otherwise.")
        assert not app.form.set_error("nothing", "?")


async def test_arrows_and_enter_move_and_the_ends_stay() -> None:
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("up")
        assert app.at() == "name"
        await pilot.press("down", "enter", "down")
        assert app.at() == "fee"
        await pilot.press(*["down"] * 9)
        assert app.at() == "secure"
        await pilot.press("shift+tab")
        assert app.at() == "age"


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("u", ["U1", "U4"]),
        ("U4", ["U4"]),
        ("child", ["K1", "K2"]),
        ("children's home", ["K2", "K1"]),
        ("fost carers", ["U4"]),
        ("ong te", ["U1", "U4"]),
        ("", ["U1", "U4", "K1", "K2", "Z11"]),
        ("zzz", []),
        ("[/", []),
    ],
)
def test_candidates(typed: str, codes: list[str]) -> None:
    assert [code for code, _ in candidates(PLACES, typed)] == codes


async def test_code_field_shows_and_takes_candidates() -> None:
    field = CodeField("place", "Place", PLACES, required=True)
    app = Host(field, TextField("next", "Next"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f")
        assert field.is_open
        assert [code for code, _ in field.found] == ["U1", "U4"]
        await pilot.press("down", "down", "up", "down", "enter")
        await pilot.pause()
        assert not field.is_open
        assert app.at() == "next"
        assert (field.value, field.text) == ("U4", option_text(PLACES[1]))
        await pilot.press("up", "k", "2", "down", "escape")
        await pilot.pause()
        assert not field.is_open
        assert app.cancelled == []
        await pilot.press("tab")
        assert field.value == "K2"
        await pilot.press("up", "space")
        assert len(field.found) == len(PLACES)
        await pilot.press("tab")
        assert field.value == "U1"


async def test_a_code_that_fits_several_or_none_is_an_error() -> None:
    field = CodeField("place", "Place", PLACES)
    app = Host(field, TextField("next", "Next"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f", "o", "escape", "down")
        await pilot.pause()
        assert field.error == "“fo” fits 2: U1, U4. Choose one."
        await pilot.press("up", *keys("zzz"), "escape", "down")
        await pilot.pause()
        assert field.error == "No code or meaning fits “zzz”."
        assert field.value == ""
        assert field.text == "zzz"


def test_given_values_come_back_unchanged() -> None:
    strange = "line\nbreak \u202e \x1b[2J"
    assert TextField("a", "A", value=strange).value == strange
    assert CodeField("a", "A", PLACES, value="X9").value == "X9"
    assert CodeField("a", "A", PLACES, value="K2").text == "K2 · Children's home"
    assert MoneyField("a", "A", value="123450").text == "£1,234.50"
    assert MoneyField("a", "A", value="a lot").value == "a lot"
    day = DateField("a", "A", parse_day, value="2026-03-04")
    assert (day.text, day.value) == ("04/03/2026", "2026-03-04")


@pytest.mark.parametrize(
    ("typed", "error"), [("x", "whole number"), ("-1", "least"), ("18", "most"), ("1.5", "whole")]
)
def test_numbers_have_bounds(typed: str, error: str) -> None:
    field = NumberField("age", "Age", least=0, most=17)
    field.set_text(typed)
    assert error in field.problem()
    assert field.value == ""


async def test_yes_no() -> None:
    field = YesNoField("ok", "Fine", required=True)
    app = Host(field)
    async with app.run_test(size=(80, 24)) as pilot:
        seen = []
        for key in ("y", "e", "s", "n", "space", "q", "backspace", "space", "backspace"):
            await pilot.press(key)
            seen.append(field.value)
        assert seen == ["yes", "yes", "yes", "no", "yes", "yes", "", "yes", ""]
        assert field.problem() == "Fine is needed."


async def test_escape_leaves_at_once_when_nothing_was_typed() -> None:
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("escape")
        await pilot.pause()
        assert len(app.cancelled) == 1


async def test_escape_asks_once_and_gives_the_draft() -> None:
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("A", "escape")
        await pilot.pause()
        assert isinstance(app.screen, Ask)
        await pilot.press("escape")
        await pilot.pause()
        assert app.cancelled == []
        await pilot.press("n", "escape", "l")
        await pilot.pause()
        assert app.cancelled[0]["name"] == "An"
        await pilot.press("escape", "s")
        await pilot.pause()
        assert app.form.errors.keys() == {"day"}
        assert app.at() == "day"


async def test_drafts_come_back_as_typed() -> None:
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("A", "tab", *keys("fost"), "escape", "tab", *keys("soon"), "down")
        await pilot.pause()
        drafts = [message.draft for message in app.heard if isinstance(message, Form.Drafted)]
        assert drafts[0]["name"] == "A"
        assert (drafts[-1]["place"], drafts[-1]["day"]) == ("fost", "soon")
    again = Host()
    async with again.run_test(size=(80, 24)) as pilot:
        again.form.restore({**drafts[-1], "unknown": "x"})
        await pilot.pause()
        assert again.form.draft() == drafts[-1]
        assert again.form.dirty


async def test_fifteen_fields_fit_and_the_last_is_reached() -> None:
    many = [TextField(f"f{n}", f"Field {n} of a long name that is cut off", required=True) for n in range(15)]
    app = Host(*many)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert all(field.region.height == 1 for field in many)
        assert app.form.max_scroll_y == 0
        await pilot.press(*["enter"] * 14)
        last = many[-1].input
        for _ in range(20):  # an error that shows moves the fields, and the view follows after the repaint
            await pilot.pause()
            if app.at() == "f14" and 0 <= last.region.y < 23:
                break
        assert app.form.max_scroll_y > 0
        assert app.at() == "f14"
        assert 0 <= last.region.y < 23
        await pilot.resize_terminal(40, 10)
        await pilot.pause()
        assert many[0].input.region.width > 15


async def test_hostile_values_labels_and_pastes() -> None:
    texts = [text for text in HOSTILE if text.split()]
    fields = [TextField(f"f{n}", text, value=text, hint=text) for n, text in enumerate(texts)]
    app = Host(CodeField("code", "Code", [(text, text) for text in HOSTILE]), *fields)
    async with app.run_test(size=(80, 24)) as pilot:
        for field, text in zip(fields, texts, strict=True):
            field.set_error(text)
            assert field.value == text
            assert "\x1b" not in field.text
        await pilot.pause()
        for field, text in zip(fields, texts, strict=True):
            field.input.value = ""
            field.input.post_message(events.Paste(text))
        await pilot.press("space")
        await pilot.pause()
        for field, text in zip(fields, texts, strict=True):
            assert field.text == clean(" ".join(text.split()))
        assert app.is_running


async def test_paste_joins_lines() -> None:
    field = TextField("a", "A")
    app = Host(field)
    async with app.run_test(size=(80, 24)) as pilot:
        field.input.post_message(events.Paste("1 High Street\r\nSlough\tSL1\x1b"))
        await pilot.pause()
        assert field.value == "1 High Street Slough SL1\\x1b"
