"""How columns share the width."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from screens.widgets.columns import GAP, Column, lay_out

COLUMN = st.builds(
    Column,
    key=st.just("k"),
    title=st.text("abc", min_size=1, max_size=5),
    width=st.integers(1, 30),
    flex=st.integers(0, 3),
    priority=st.integers(0, 4),
)


@given(st.lists(COLUMN, min_size=1, max_size=9), st.integers(1, 200))
def test_columns_fit_and_flex_takes_all(columns: list[Column], width: int) -> None:
    layout = lay_out(columns, width)
    end = layout.slots[-1].start + layout.slots[-1].width
    assert end <= width
    assert len(layout.slots) + len(layout.hidden) == len(columns)
    if any(slot.column.flex for slot in layout.slots):
        assert end == width
    for one, two in zip(layout.slots, layout.slots[1:], strict=False):
        assert two.start == one.start + one.width + GAP
        assert two.index > one.index


@given(st.lists(COLUMN, min_size=2, max_size=9), st.integers(1, 200))
def test_what_is_hidden_matters_no_more_than_what_is_seen(columns: list[Column], width: int) -> None:
    seen = {slot.index for slot in lay_out(columns, width).slots}
    hidden = set(range(len(columns))) - seen
    if hidden:
        assert max(columns[i].priority for i in seen) <= min(columns[i].priority for i in hidden)


def test_low_priority_goes_first() -> None:
    columns = (Column("a", "A", 10), Column("b", "B", 10, priority=5), Column("c", "C", 10, priority=1))
    assert lay_out(columns, 34).hidden == ()
    assert lay_out(columns, 33).hidden == ("B",)
    assert lay_out(columns, 21).hidden == ("B", "C")
