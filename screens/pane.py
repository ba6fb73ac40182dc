"""Text beside or below a list: facts, prices, reasons. Arrows scroll it once it has the focus."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.content import Content
from textual.selection import Selection
from textual.strip import Strip
from textual.visual import Visual

from rcc_tui.domain.money import pounds
from rcc_tui.domain.worked_example import remark
from screens.widgets.lines import Lines
from screens.widgets.text import fit_cell, join, safe

LABEL_WIDTH = 13
MONEY_WIDTH = 12


def heading(text: str) -> Content:
    """The head of a section."""
    return safe(text, "bold underline")


def fact(label: str, value: object) -> Content:
    """A name and what it is, names below each other in one column."""
    return join((f"{fit_cell(label, LABEL_WIDTH)} ", "bold"), safe(value))


def sum_line(label: object, pence: int, width: int = 36, style: str = "") -> Content:
    """A label and an amount of money, the amounts right-aligned below each other."""
    return join(
        (f" {fit_cell(str(label), width - MONEY_WIDTH - 1)}", style),
        (fit_cell(pounds(pence), MONEY_WIDTH, "right"), style),
    )


def brief(text: str, width: int = 20) -> str:
    """A name short enough for the status line, so that what follows it is seen."""
    return fit_cell(text, width).rstrip()


def hanging(line: Content, width: int) -> list[Content]:
    """A line within `width` cells. What a fact says goes on below where it began, not below its name."""
    begin = LABEL_WIDTH + 1
    is_fact = bool(line.spans) and (line.spans[0].start, line.spans[0].end) == (0, begin)
    if not is_fact or line.cell_length <= width or width < 2 * begin:
        return [line]
    said = line[begin:].wrap(width - begin)
    return [line[:begin] + said[0], *(part.pad_left(begin) for part in said[1:])]


class Pane(Lines, can_focus=True):
    """Lines of text that may be longer than there is room."""

    DEFAULT_CSS = "Pane { padding: 0 1; }"

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.lines: tuple[Content, ...] = ()
        self._painted: list[Strip] | None = None

    def show(self, lines: Iterable[Content], *, stay: bool = False) -> None:
        """Show other lines, from the first on unless `stay`."""
        now = tuple(lines)
        same = [(line.plain, line.spans) for line in now] == [(line.plain, line.spans) for line in self.lines]
        if not same:  # the same again would cost another frame
            self.lines = now
            if self.is_attached:
                self._paint()
        if not stay and self.is_attached:
            self.scroll_home(animate=False)

    def on_resize(self) -> None:
        """Break the lines for another width."""
        self._paint()

    def notify_style_update(self) -> None:
        """Paint anew when the theme changes."""
        super().notify_style_update()
        self._painted = None

    def selection_updated(self, selection: Selection | None) -> None:
        """Show what the mouse selects."""
        self._painted = None
        self.refresh()

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The text that the mouse has selected."""
        return selection.extract(self._wrapped.plain), "\n"

    def render_line(self, y: int) -> Strip:
        """Paint one line of the window."""
        strips = self._strips()
        at = self.scroll_offset.y + y
        width = self.scrollable_content_region.width
        return strips[at] if at < len(strips) else Strip.blank(width, self.visual_style.rich_style)

    def _paint(self) -> None:
        self._painted = None
        self.measure(len(self._strips()))
        self.refresh()

    def _strips(self) -> list[Strip]:
        width = self.scrollable_content_region.width
        if self._painted is None:
            self._painted = Visual.to_strips(self, self._wrapped, width, None, self.visual_style)
        return self._painted

    @property
    def _wrapped(self) -> Content:
        width = self.scrollable_content_region.width
        return Content("\n").join(part for line in self.lines for part in hanging(line, width))

    @property
    def text(self) -> str:
        """What is shown, without its styles."""
        return "\n".join(line.plain for line in self.lines)


def example_lines(worked_example: bool) -> list[Content]:
    """That prices are but a worked example, where they are."""
    said = remark(worked_example)
    return [safe(f"! {said}", "bold")] if said else []


def section(title: str, lines: Sequence[Content]) -> list[Content]:
    """A heading and its lines, or nothing where there are none; a blank line before."""
    return [Content(""), heading(title), *lines] if lines else []
