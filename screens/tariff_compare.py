"""What differs between two price lists, in one list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from rcc_tui.domain.tariff_diff import DAY, PENCE, words_of
from screens.listed import ListScreen
from screens.pane import example_lines, fact
from screens.widgets.rows import Column, Row, Rows
from screens.widgets.text import join, safe

if TYPE_CHECKING:
    from rcc_tui.domain.tariff_diff import Difference
    from rcc_tui.services.tariffs import TariffView

COLUMNS = (
    Column("part", "Part", 6, priority=1),
    Column("what", "What", 20, flex=1),
    Column("old", "Old", 11, align="right"),
    Column("new", "New", 11, align="right"),
    Column("difference", "Difference", 11, align="right"),
    Column("percent", "%", 7, align="right", priority=2),
)


class TariffCompare(ListScreen):
    """The differences part by part, the older list first.

    Args:
        old: the older list.
        new: the newer one.
    """

    SCREEN = "difference"
    HEADING = "Differences"
    FILTER = "part, what, amount…; Esc takes the filter off"

    def __init__(self, old: TariffView, new: TariffView) -> None:
        super().__init__()
        self._pair = (old, new)
        self._found: dict[str, Difference] = {}

    def make_rows(self) -> Rows:
        """The list."""
        return Rows(COLUMNS, mark_width=0, empty="They say the same. Esc goes back.")

    async def refresh_data(self) -> None:
        """Read what differs."""
        from rcc_tui.services import tariffs

        old, new = self._pair
        found = await self.ask(lambda desk: tariffs.compare(desk, old.id, new.id))
        self._found = {f"{one.part} {one.what} {one.unit}": one for one in found}
        self.title_line.show(
            f"Version {old.version} → {new.version}: {new.name}", f"{len(found)} differences "
        )
        self.fill([Row(key, words_of(one)) for key, one in self._found.items()], lambda key: ())

    def detail(self, row_id: str) -> list[Content]:
        """One difference, and which lists are compared."""
        one = self._found.get(row_id)
        if one is None:
            return []
        _, what, old, new, difference, percent = words_of(one)
        unit = f" {one.unit}" if one.unit not in ("", PENCE, DAY) else ""
        by = f"{difference}{unit}{f', {percent}' if percent else ''}"
        old, new = (said if said == "none" else f"{said}{unit}" for said in (old, new))
        lines = [
            join((what, "bold")),
            fact("Old", old),
            fact("New", new),
            *([fact("Difference", by)] if difference else []),
            safe(""),
        ]
        for title, view in zip(("Older", "Newer"), self._pair, strict=True):
            lines.append(fact(title, f"{view.name}, version {view.version}"))
            lines += example_lines(view.worked_example)
        return lines
