"""What lies beside a search and just beyond it: choices with counts, and what a little less would find."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from textual import events
from textual.widgets import Static

from rcc_tui.domain.errors import RccError
from screens.facets import Facets
from screens.search_acts import SearchActs
from screens.search_whom import TAKE_BACK
from screens.widgets.text import safe

if TYPE_CHECKING:
    from rcc_tui.services.narrowing import Around, Choice, Miss

BESIDE_FROM = 118
"""Columns from which the choices have their place beside the list; else a key shows them."""
_CALM = 0.25  # seconds without a key after which one looks around
CHOOSE = "Enter chooses, again lets go; F3 leads back."
NOTHING = "Nothing more would be found by asking a little less."


class SearchAround(SearchActs):
    """A list of places found, the choices beside it, and a line below it for what it does not list."""

    def __init__(self) -> None:
        super().__init__()
        self.facets = Facets()
        self.wider = Static(classes="search--line search--wider", markup=False)
        self._misses: tuple[Miss, ...] = ()
        self._near = False

    def look_around(self, text: str | None, *, near: bool) -> None:
        """Count and look further once the keys rest; `near` where little was found. No text: nothing is
        asked, nothing is shown."""
        self._near = near
        self._misses = ()
        # The line keeps its place till the keys rest: to lay the screen out anew at every key is dear.
        self.wider.update(safe(""), layout=False)
        if text is None:
            self._show_misses(())
            self.facets.show(())
            self.workers.cancel_group(self, "around")
            return
        self.background(partial(self._look, text, near), "around", exclusive=True)

    async def _look(self, text: str, near: bool) -> None:
        from rcc_tui.services.narrowing import around

        await asyncio.sleep(_CALM)
        asked, counted = self.asked, self.facets.display
        if not (counted or near):
            self._show_misses(())
            return
        try:
            found = await self.ask(lambda desk: around(desk, text, request=asked, counted=counted, near=near))
        except RccError:
            return  # the search itself says what is wrong
        if text == self.box.value:
            self._show_around(found)

    def _show_around(self, found: Around) -> None:
        sections: Iterable[tuple[str, Iterable[Choice]]] = (
            ("Type", found.types),
            ("Authority", found.authorities),
        )
        self.facets.show(sections)
        self._show_misses(found.misses)

    def _show_misses(self, misses: tuple[Miss, ...]) -> None:
        self._misses = misses
        said = " · ".join(f"{one.more:,} more {one.said}" for one in misses)
        self.wider.update(safe(f"F4: {said}" if said else ""), layout=False)
        self.wider.set_class(bool(said), "-some")
        self.footer.refresh()

    @property
    def can_widen(self) -> bool:
        """Whether a little less would find more."""
        return bool(self._misses)

    # By keys

    def action_widen(self) -> None:
        """Ask a little less: the first of what would find more."""
        if not self._misses:
            self.tell_of_line(NOTHING)
            return
        first = self._misses[0]
        self.write(first.text)
        self.tell_of_line(f"{first.more:,} more {first.said}.", TAKE_BACK)

    def action_narrow(self) -> None:
        """To the choices, and back."""
        if self.facets.has_focus:
            self.leave_facets()
            return
        self.add_class("-choosing")
        self.facets.focus()
        self.tell_of_line(CHOOSE)
        if self.box.value.strip() or self.request is not None:
            self.look_around(self.box.value, near=self._near)

    def leave_facets(self) -> None:
        """Back to the list, or to the query where nothing is listed."""
        (self.rows if self.rows.total else self.box).focus()

    def on_facets_toggled(self, event: Facets.Toggled) -> None:
        """Write the choice into the query."""
        from rcc_tui.search.query import toggled
        from rcc_tui.services.finding import names

        event.stop()
        self.write(toggled(self.box.value, event.filter, event.value, names(self.desk)))

    def on_descendant_focus(self) -> None:
        """The choices give way where there is no room for them."""
        super().on_descendant_focus()
        if not self.facets.has_focus:
            self.remove_class("-choosing")

    def on_resize(self, event: events.Resize) -> None:
        """Where there is room the choices have their place."""
        self.set_class(event.size.width >= BESIDE_FROM, "-beside")
