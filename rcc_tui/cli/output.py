"""Plain text for a terminal: aligned tables, money in pounds, dates as people write them.

Stored text may come from anywhere, so nothing in it that a terminal would obey reaches one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rcc_tui.domain.dates import show_date
from rcc_tui.domain.plain import clean as clean
from rcc_tui.domain.plain import width as width

GAP = "  "
SHORT_ID = 8


@dataclass(frozen=True, slots=True)
class Column:
    """A heading and how the cells below it stand; numbers and money stand to the right."""

    title: str
    right: bool = False


def table(rows: Iterable[Sequence[str]], columns: Sequence[Column | str]) -> str:
    """Rows under their headings, each column as wide as its widest cell; no rows, no text."""
    shape = [column if isinstance(column, Column) else Column(column) for column in columns]
    body = [[clean(cell) for cell in row] for row in rows]
    if not body:
        return ""
    lines = [[column.title for column in shape], *body]
    widths = [max(width(line[index]) for line in lines) for index in range(len(shape))]
    return "\n".join(
        GAP.join(
            _pad(cell, size, column.right) for cell, size, column in zip(line, widths, shape, strict=True)
        ).rstrip()
        for line in lines
    )


def _pad(cell: str, size: int, right: bool) -> str:
    space = " " * (size - width(cell))
    return space + cell if right else cell + space


def fields(pairs: Iterable[tuple[str, str]]) -> str:
    """A record, one field a line; empty fields are left out."""
    said = [(name, clean(value)) for name, value in pairs if value]
    size = max((width(name) for name, _ in said), default=0)
    return "\n".join(f"{_pad(name, size, False)}{GAP}{value}" for name, value in said)


def cut(shown: int, total: int) -> str:
    """“50 of 1,234” where a list is cut, else nothing."""
    return f"{shown:,} of {total:,}" if shown < total else ""


def blocks(*parts: str) -> str:
    """Parts of a text with an empty line between them; empty ones are left out."""
    return "\n\n".join(part for part in parts if part)


def day(value: str) -> str:
    """dd/mm/yyyy of an ISO date; of an ISO minute with the time: 03/12/2026 17:00. Empty stays empty."""
    if not value:
        return ""
    date_part, _, time = value.partition("T")
    return f"{show_date(date_part)} {time[:5]}".rstrip()


def short(record: str) -> str:
    """The first digits of an id: enough for a person, and every command takes them."""
    return record[:SHORT_ID]


def yes(value: bool) -> str:
    """yes, or nothing."""
    return "yes" if value else ""
