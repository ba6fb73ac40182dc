"""The list: what it shows, how it moves, what it says."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from textual.app import App, ComposeResult
from textual.content import Content
from textual.message import Message
from textual.strip import Strip

from screens.widgets.rows import Column, Row, Rows
from screens.widgets.text import safe
from tests.screens.hostile import HOSTILE

COLUMNS = (
    Column("name", "Name", 12, flex=1),
    Column("county", "County", 12, priority=2),
    Column("ofsted", "Ofsted", 12, priority=3),
    Column("fee", "Fee", 10, align="right", priority=1),
)


def make_rows(count: int, start: int = 0) -> list[Row]:
    return [
        Row(f"r{n}", (f"Home {n}", "Kent", safe("Good", "bold"), f"{n},000.00"), "E" if n % 2 else "")
        for n in range(start, start + count)
    ]


class Host(App[None]):
    """One list, and a note of every message it sends."""

    def __init__(self, *, multi: bool = False, columns: Sequence[Column] = COLUMNS) -> None:
        super().__init__()
        self.rows = Rows(columns, empty="No homes. n adds one.", multi=multi)
        self.heard: list[Message] = []

    def compose(self) -> ComposeResult:
        yield self.rows

    def on_rows_highlighted(self, message: Rows.Highlighted) -> None:
        self.heard.append(message)

    def on_rows_chosen(self, message: Rows.Chosen) -> None:
        self.heard.append(message)

    def on_rows_copied(self, message: Rows.Copied) -> None:
        self.heard.append(message)

    def ids(self, kind: type[Rows.About]) -> list[str]:
        return [message.row_id for message in self.heard if type(message) is kind]


def lines(rows: Rows) -> list[str]:
    return [rows.render_line(y).text for y in range(rows.size.height)]


async def test_header_rows_and_last_line() -> None:
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        app.rows.set_rows(make_rows(3))
        await pilot.pause()
        shown = lines(app.rows)
        assert shown[0].split() == ["Name", "County", "Ofsted", "Fee"]
        assert shown[1].startswith(">  Home 0")
        assert shown[2].startswith(" E Home 1")
        assert shown[1].rstrip().endswith("0,000.00")
        assert shown[4].strip() == ""
        assert shown[-1].strip() == "1 of 3"
        assert {len(line) for line in shown} == {79}, "beside it is the bar"
        assert app.ids(Rows.Highlighted) == ["r0"]


async def test_cursor_keys_page_and_scroll() -> None:
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        app.rows.set_rows(make_rows(100))
        await pilot.press("down", "j", "down", "k", "up")
        assert app.rows.cursor == 1
        await pilot.press("pagedown")
        assert app.rows.cursor == 23
        assert any(line.startswith(">E Home 23") for line in lines(app.rows))
        await pilot.press("end")
        assert app.rows.row_id == "r99"
        assert lines(app.rows)[-2].startswith(">E Home 99")
        await pilot.press("down")
        assert app.rows.row_id == "r99"
        await pilot.press("home", "up")
        assert lines(app.rows)[1].startswith(">  Home 0")
        await pilot.press("enter")
        assert app.ids(Rows.Chosen) == ["r0"]


async def test_narrow_windows_drop_columns_and_say_so() -> None:
    app = Host()
    async with app.run_test(size=(40, 10)) as pilot:
        app.rows.set_rows(make_rows(30))
        await pilot.pause()
        assert app.rows.hidden == ("County", "Ofsted")
        assert lines(app.rows)[-1].split("·")[1].strip() == "hidden: County, Ofsted"
        app.rows.go_to("r9")
        await pilot.resize_terminal(32, 10)
        await pilot.pause()
        assert lines(app.rows)[-1].strip() == "10 of 30 · 2 hidden"
        await pilot.resize_terminal(100, 30)
        await pilot.pause()
        assert not app.rows.hidden


async def test_cursor_stays_on_its_row_when_rows_are_replaced() -> None:
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        app.rows.set_rows(make_rows(50))
        app.rows.go_to("r40")
        app.rows.set_rows(make_rows(20, start=35))
        await pilot.pause()
        assert app.rows.row_id == "r40"
        app.rows.set_rows(make_rows(3))
        await pilot.pause()
        assert app.rows.row_id == "r2"
        assert not app.rows.go_to("r40")
        assert app.ids(Rows.Highlighted)[-1] == "r2"


async def test_states_look_different_and_name_the_next_key() -> None:
    app = Host()
    async with app.run_test(size=(40, 10)) as pilot:
        seen = set()
        app.rows.set_rows([])
        await pilot.pause()
        seen.add(lines(app.rows)[1].strip())
        assert seen == {"No homes. n adds one."}
        app.rows.set_state("unsearched", "/ starts.")
        seen.add(lines(app.rows)[1].strip())
        app.rows.set_state("searching")
        seen.add(lines(app.rows)[1].strip())
        app.rows.set_state("nomatch", "Fewer words?")
        seen.add(lines(app.rows)[1].strip())
        app.rows.set_state("failed", "the store is locked, and this goes on for more than one line")
        seen.add(lines(app.rows)[1].strip())
        assert len(seen) == 5
        assert "more than" in " ".join(lines(app.rows)[2:4])
        assert lines(app.rows)[1].startswith("! Failed:")


async def test_searching_keeps_the_rows_of_before_in_view() -> None:
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        app.rows.set_rows(make_rows(2))
        app.rows.set_state("searching")
        await pilot.pause()
        assert "Home 0" in lines(app.rows)[1]
        assert "searching" in lines(app.rows)[-1]
        app.rows.set_state("nomatch")
        assert "No match" in lines(app.rows)[1]


async def test_marks_with_space() -> None:
    app = Host(multi=True)
    async with app.run_test(size=(80, 24)) as pilot:
        app.rows.set_rows(make_rows(5))
        await pilot.press("space", "space", "up", "space")
        assert app.rows.picked == {"r0"}
        await pilot.press("space")
        assert app.rows.picked == {"r0", "r2"}
        assert lines(app.rows)[1].startswith(" *")
        assert "* 2 marked" in lines(app.rows)[-1]
        app.rows.set_rows(make_rows(2))
        assert app.rows.picked == {"r0"}
        app.rows.clear_picked()
        assert app.rows.picked == frozenset()


async def test_space_means_nothing_in_a_list_of_one_choice() -> None:
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        app.rows.set_rows(make_rows(5))
        await pilot.press("space")
        assert app.rows.picked == frozenset()
        assert app.rows.cursor == 0


async def test_copy_cell_and_row() -> None:
    app = Host()
    async with app.run_test(size=(40, 10)) as pilot:
        app.rows.set_rows([Row("a", ("Home\x1b[2J", "Kent", safe("Good"), "1.00"))])
        await pilot.press("y")
        assert app.clipboard == "Home\\x1b[2J"
        await pilot.press("right", "y")
        assert app.clipboard == "1.00"
        await pilot.press("Y")
        assert app.clipboard == "Home\\x1b[2J\tKent\tGood\t1.00"
        assert [message.what for message in app.heard if isinstance(message, Rows.Copied)] == [
            "cell",
            "cell",
            "row",
        ]


async def test_mouse() -> None:
    app = Host(multi=True)
    async with app.run_test(size=(80, 24)) as pilot:
        app.rows.set_rows(make_rows(5))
        await pilot.pause()
        await pilot.click(Rows, offset=(20, 3))
        assert app.rows.row_id == "r2"
        assert app.ids(Rows.Chosen) == []
        await pilot.click(Rows, offset=(20, 4), times=2)
        assert app.ids(Rows.Chosen) == ["r3"]
        await pilot.click(Rows, offset=(1, 1))
        assert app.rows.picked == {"r0"}
        await pilot.click(Rows, offset=(20, 0))
        await pilot.click(Rows, offset=(20, 15))
        assert app.rows.row_id == "r0"


async def test_pages_are_fetched_as_they_come_into_view() -> None:
    asked: list[tuple[int, int]] = []

    def fetch(start: int, count: int) -> list[Row]:
        asked.append((start, count))
        return make_rows(count, start)

    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        app.rows.set_source(100_000, fetch, lambda row_id: int(row_id[1:]))
        await pilot.pause()
        assert asked == [(0, 128)]
        await pilot.press("end")
        assert app.rows.row_id == "r99999"
        assert asked[-1] == (99_968, 32)
        assert len(asked) <= 3
        assert "100,000 of 100,000" in lines(app.rows)[-1]
        app.rows.set_source(100_000, fetch, lambda row_id: int(row_id[1:]))
        assert app.rows.row_id == "r99999"


async def test_a_source_that_fails_says_so() -> None:
    def fetch(start: int, count: int) -> list[Row]:
        if start:
            raise OSError("disk gone [/")
        return make_rows(count)

    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        app.rows.set_source(1000, fetch)
        await pilot.pause()
        await pilot.press("end")
        await pilot.pause()
        assert app.rows.state == ("failed", "disk gone [/")
        assert "! Failed: disk gone [/" in lines(app.rows)[1]


@pytest.mark.parametrize("size", [(80, 24), (40, 10), (20, 3), (5, 2)])
async def test_hostile_rows_keep_every_line_exact(size: tuple[int, int]) -> None:
    app = Host()
    async with app.run_test(size=size) as pilot:
        app.rows.set_rows(
            [Row(text or "-", (text, safe(text), Content(text), text), text) for text in HOSTILE]
        )
        await pilot.pause()
        for _ in range(len(HOSTILE)):
            width = app.rows.scrollable_content_region.width
            for y in range(app.rows.size.height):
                strip = app.rows.render_line(y)
                assert strip.cell_length == width
                assert "\x1b" not in strip.text
            app.rows.action_cursor_down()


async def test_cell_colours_are_kept_and_links_are_not() -> None:
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        cell = Content.from_markup("[bold @click=app.quit]x[/]")
        app.rows.set_rows([Row("a", ("a",)), Row("b", (cell,))])
        await pilot.pause()
        segment = next(s for s in app.rows.render_line(2) if s.text.startswith("x"))
        assert segment.style is not None
        assert segment.style.bold
        assert not segment.style.meta
        await pilot.click(Rows, offset=(3, 2))
        assert app.is_running


@pytest.mark.parametrize("theme", ["ansi-dark", "ansi-light", "textual-light"])
async def test_themes_keep_the_glyphs(theme: str) -> None:
    app = Host(multi=True)
    async with app.run_test(size=(40, 10)) as pilot:
        app.theme = theme
        app.rows.set_rows(make_rows(3))
        await pilot.press("space")
        assert lines(app.rows)[1].startswith(" *")
        assert lines(app.rows)[2].startswith("> E")


async def test_no_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = Host()
    async with app.run_test(size=(40, 10)) as pilot:
        app.rows.set_rows(make_rows(3))
        await pilot.pause()
        assert app.no_color
        assert lines(app.rows)[1].startswith(">")
        svg = app.export_screenshot()
        assert "Home" in svg


async def test_painting_again_uses_the_painted_lines() -> None:
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        app.rows.set_rows(make_rows(50))
        await pilot.pause()
        first = app.rows.render_line(5)
        await pilot.press("down")
        assert app.rows.render_line(5) is first
        app.theme = "textual-light"
        await pilot.pause()
        assert app.rows.render_line(5) is not first


def test_rows_are_equal_that_look_the_same() -> None:
    plain, red, again = (Row("a", (Content.styled("x", style),)) for style in ("", "red", "red"))
    assert plain != red
    assert red == again
    assert hash(red) == hash(again)
    assert Row("a", ("x",), "s") != Row("a", ("x",)) != Row("b", ("x",))


async def test_only_lines_that_show_something_else_are_painted_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        rows = make_rows(10)
        app.rows.set_rows(rows)
        await pilot.pause()
        painted: list[int] = []
        kept = app.rows.render_line

        def paint(y: int) -> Strip:
            painted.append(y)
            return kept(y)

        monkeypatch.setattr(app.rows, "render_line", paint)
        app.rows.set_rows([*rows[:4], Row("new", ("another",)), *rows[5:]])
        await pilot.pause()
        assert painted == [5]
        app.rows.set_rows(rows[:4])
        await pilot.pause()
        assert set(painted) == {5, 6, 7, 8, 9, 10, 23}
        assert lines(app.rows)[4].startswith(" E Home 3")
        assert lines(app.rows)[5].strip() == ""
