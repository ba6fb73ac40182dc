"""Facts go on below where they began; no line is wider than the pane."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.content import Content

from screens.pane import LABEL_WIDTH, Pane, fact, hanging
from screens.widgets.text import safe

WORDS = st.lists(st.text(st.sampled_from("abcxyz£·é→"), min_size=1, max_size=12), max_size=20)


@given(WORDS, st.integers(min_value=2 * LABEL_WIDTH + 2, max_value=120))
def test_a_fact_hangs(words: list[str], width: int) -> None:
    line = fact("Needs met", " ".join(words))
    parts = hanging(line, width)
    assert all(part.cell_length <= width for part in parts)
    assert parts[0].plain.startswith("Needs met ")
    assert all(part.plain.startswith(" " * (LABEL_WIDTH + 1)) for part in parts[1:])
    said = "".join(part.plain[LABEL_WIDTH + 1 :] for part in parts)
    assert said.replace(" ", "") == "".join(words)


def test_other_lines_and_narrow_panes_are_left_to_the_widget() -> None:
    line = safe("x " * 60)
    assert hanging(line, 40) == [line]
    long = fact("Needs met", "x " * 60)
    assert hanging(long, 20) == [long]
    assert hanging(Content(""), 40) == [Content("")]


async def test_what_is_shown_before_there_is_room_for_it() -> None:
    """Nor does it matter where it is shown no more."""
    pane = Pane()
    pane.show([safe("early")])

    class Host(App[None]):
        def compose(self) -> ComposeResult:
            yield pane

    async with Host().run_test(size=(30, 10)) as pilot:
        await pilot.pause()
        assert pane.render_line(0).text.strip() == "early"
        await pane.remove()
        pane.show([safe("late")])
        assert pane.text == "late"
