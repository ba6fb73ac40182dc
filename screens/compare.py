"""Two or three places side by side, a fact a line."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from rcc_tui.domain.codes import PLACE
from rcc_tui.domain.dates import show_date
from rcc_tui.domain.money import pounds
from screens.place_text import SEX_WORDS
from screens.search_text import miles
from screens.widgets.dialogs import Dialog, said
from screens.widgets.text import clean, fit_cell, join

if TYPE_CHECKING:
    from rcc_tui.services.finding import Hit

AT_MOST = 3
LABEL_WIDTH = 12
DIFFERS = "*"
ALWAYS = "Setting"
_MET, _UNSTATED = " met", " not stated"
LEAST_WIDTH = 8


class Compare(Dialog[None]):
    """The places that were marked; Enter or Esc closes it. Beyond three it says how many it leaves out."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,space", "close", show=False)]
    DEFAULT_CSS = """
    Compare .dialog--box { max-width: 120; }
    """

    def __init__(self, hits: Sequence[Hit]) -> None:
        super().__init__("Side by side")
        self._hits = tuple(hits)
        self._table = Static(classes="dialog--body", markup=False)

    def inside(self) -> ComposeResult:
        """The facts, and what is left out."""
        yield self.scrolled(self._table)
        left = len(self._hits) - AT_MOST
        more = f" · {left} more marked, not shown" if left > 0 else ""
        yield said(f"{DIFFERS} differs · Enter closes{more}", "hint")

    def on_resize(self) -> None:
        """Share the width among the places."""
        width = min(120, self.app.size.width * 9 // 10) - 5
        self._table.update(Content("\n").join(compare_lines(self._hits[:AT_MOST], width)))


def compare_lines(hits: Sequence[Hit], width: int) -> list[Content]:
    """A table within `width` cells: a label, and a column for each place; long words go on below. A `*` marks
    the facts in which the places differ."""
    each = max(LEAST_WIDTH, (width - LABEL_WIDTH) // max(1, len(hits)) - 1)
    lines: list[Content] = []
    for label, told in _facts(hits):
        mark = DIFFERS if label != ALWAYS and len(set(told)) > 1 else " "
        cells = [wrap(clean(text), each) or ["-"] for text in told]
        for row in range(max(len(cell) for cell in cells)):
            parts = [fit_cell(cell[row] if row < len(cell) else "", each) for cell in cells]
            lines.append(join((fit_cell("" if row else mark + label, LABEL_WIDTH), "bold"), " ".join(parts)))
    return lines


def _facts(hits: Sequence[Hit]) -> list[tuple[str, list[str]]]:
    places = [hit.place for hit in hits]
    return [
        ("Setting", [one.setting.name for one in places]),
        ("Authority", [one.authority_name for one in places]),
        ("Where", [one.setting.town or one.setting.outcode for one in places]),
        ("Type", [PLACE.get(one.setting.place, one.setting.type) for one in places]),
        ("For", [_for_whom(hit) for hit in hits]),
        ("Free", [str(one.free) for one in places]),
        ("A week", [pounds(hit.weekly) if hit.weekly else "by the tariff" for hit in hits]),
        ("Miles", [miles(hit.miles) for hit in hits]),
        ("Needs met", [_needs(hit, _MET) for hit in hits]),
        ("Not stated", [_needs(hit, _UNSTATED) for hit in hits]),
        ("Offers", [", ".join(one.vacancy.needs) for one in places]),
        ("Confirmed", [show_date(one.vacancy.confirmed_on) or "never" for one in places]),
        ("Rank", [str(hit.score) for hit in hits]),
        ("Because", ["; ".join(f"{points:+d} {words}" for words, points in hit.reasons) for hit in hits]),
        ("Against", ["; ".join(hit.barriers) for hit in hits]),
    ]


def _needs(hit: Hit, ending: str) -> str:
    """The needs asked for that a place meets, or says nothing of."""
    return ", ".join(words.removesuffix(ending) for words, _ in hit.reasons if words.endswith(ending))


def _for_whom(hit: Hit) -> str:
    vacancy = hit.place.vacancy
    return f"{SEX_WORDS.get(vacancy.sex, vacancy.sex)} of {vacancy.age_min} to {vacancy.age_max}"
