"""How the lines of a list are painted: pure functions from rows and styles to strips."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.content import Content
from textual.strip import Strip
from textual.style import Style as VisualStyle

from screens.widgets.columns import GAP, Layout
from screens.widgets.rowdata import Row
from screens.widgets.text import clean, fit_cell, fit_content

UNDERLINE = Style(underline=True)

ROWS_CSS = """
Rows {
    height: 1fr; background: $background; color: $foreground;
    & > .rows--header { text-style: bold; color: $foreground; background: $panel; }
    & > .rows--cursor { text-style: bold; color: $block-cursor-foreground;
                        background: $block-cursor-background; }
    & > .rows--cursor-blurred { text-style: bold; background: $boost; }
    & > .rows--picked { color: $accent; }
    & > .rows--info { color: $text-muted; }
    & > .rows--state { color: $text-muted; }
    & > .rows--failed { color: $text-error; text-style: bold; }
    &:ansi {
        background: ansi_default; color: ansi_default;
        & > .rows--header { background: ansi_default; color: ansi_default; text-style: bold underline; }
        & > .rows--cursor { background: ansi_blue; color: ansi_bright_white; }
        & > .rows--cursor-blurred { background: ansi_default; text-style: bold; }
        & > .rows--picked { color: ansi_magenta; }
        & > .rows--info { color: ansi_default; text-style: dim; }
        & > .rows--state { color: ansi_default; }
        & > .rows--failed { color: ansi_red; }
    }
}
"""


@dataclass(frozen=True)
class Paint:
    """How one row is painted.

    `gutter` is what stands before the mark; `cell` is the cell under the cursor among those seen, -1 on other
    rows; `parse` turns the style of a span into a Textual style.
    """

    gutter: str
    mark_width: int
    style: VisualStyle
    cell: int
    parse: Callable[[str | VisualStyle], VisualStyle]


def cell_text(row: Row, index: int) -> str:
    """A cell's text, cleaned; empty where the row has fewer cells."""
    if index >= len(row.cells):
        return ""
    cell = row.cells[index]
    return clean(cell.plain if isinstance(cell, Content) else cell)


def text_strip(text: str, width: int, style: Style) -> Strip:
    """One line of text, cut or padded to `width` cells."""
    return Strip([Segment(fit_cell(text, width), style)], max(0, width))


@lru_cache(maxsize=32)
def wrap(text: str, width: int) -> tuple[str, ...]:
    """Text broken at spaces into lines of `width` cells at most."""
    lines = Content(clean(text, newlines=True)).wrap(max(1, width))
    return tuple(line.plain.rstrip() for line in lines)


def header_strip(layout: Layout, cell: int, width: int, style: Style) -> Strip:
    """The titles; the one whose cell would be copied is underlined."""
    segments, used = [], 0
    for number, slot in enumerate(layout.slots):
        segments.append(Segment(" " * (slot.start - used), style))
        title = fit_cell(slot.column.title, slot.width, slot.column.align)
        segments.append(Segment(title, style + UNDERLINE if number == cell else style))
        used = slot.start + slot.width
    segments.append(Segment(" " * (width - used), style))
    return Strip(segments).adjust_cell_length(width, style)


def row_strip(row: Row, layout: Layout, width: int, paint: Paint) -> Strip:
    """One row: gutter, mark, cells. Under the cursor cells lose their own colours, to stay legible."""
    style, on_cursor = paint.style.rich_style, paint.cell >= 0
    segments: list[Segment] = []
    run = paint.gutter + fit_cell(row.mark, paint.mark_width) + " "
    used = 0
    for number, slot in enumerate(layout.slots):
        if number:
            run += " " * GAP
        used = slot.start + slot.width
        cell = row.cells[slot.index] if slot.index < len(row.cells) else ""
        if isinstance(cell, Content) and not on_cursor:
            segments.append(Segment(run, style))
            segments += _styled(cell, slot.width, slot.column.align == "right", paint)
            run = ""
            continue
        text = fit_cell(cell.plain if isinstance(cell, Content) else cell, slot.width, slot.column.align)
        if number == paint.cell:
            segments += [Segment(run, style), Segment(text, style + UNDERLINE)]
            run = ""
        else:
            run += text
    segments.append(Segment(run + " " * max(0, width - used), style))
    return Strip(segments).adjust_cell_length(width, style)


def _styled(cell: Content, width: int, right: bool, paint: Paint) -> list[Segment]:
    fitted = fit_content(cell, width, "right" if right else "left")
    return [
        Segment(text, _over(paint.style, style))
        for text, style in fitted.render(VisualStyle.null(), end="", parse_style=paint.parse)
    ]


@lru_cache(maxsize=256)
def _over(base: VisualStyle, style: VisualStyle) -> Style:
    """One style over another: colours and attributes only, never a link or an action."""
    return (base + replace(style, link=None, _meta=None)).rich_style
