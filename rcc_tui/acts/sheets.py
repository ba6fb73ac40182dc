"""What the spreadsheet of an authority that is not on the system said, as far as a person confirmed it."""

from __future__ import annotations

from rcc_tui.acts.days import is_day
from rcc_tui.acts.facts import refuse_all
from rcc_tui.acts.kind import Act, Folded, History, Kind
from rcc_tui.acts.statements import is_month
from rcc_tui.domain.statement import SheetLine

MOST_LINES = 300
_MOST_PENCE = 10**11


class Enter(Act, frozen=True, tag="enter"):
    """The confirmed rows of one file: `file` is the SHA-256 of its bytes in hex, `name` what it was called,
    `code` whose side it tells."""

    file: str
    name: str
    code: str
    lines: tuple[SheetLine, ...]


class Retract(Act, frozen=True, tag="retract"):
    """It was entered by mistake."""

    why: str


def fold(history: History) -> Folded:
    """One row of `sheet`, and one of `sheet_line` for each confirmed row."""
    folded = Folded()
    opening, rest = history.opening(Enter, folded)
    if opening is None or not isinstance(opening.act, Enter):
        return folded
    act = opening.act
    if len(act.lines) > MOST_LINES or not all(map(_sound, act.lines)):
        folded.refuse(opening, "names a month, a day or an amount that cannot be")
        return refuse_all(rest, folded)
    if any(isinstance(heard.act, Retract) for heard in rest):
        return folded
    folded.rows["sheet"] = [
        {
            "file": act.file,
            "name": act.name,
            "code": act.code,
            "lines": len(act.lines),
            "at_ms": opening.at_ms,
            "clock": opening.clock,
        }
    ]
    folded.rows["sheet_line"] = [
        {
            "code": act.code,
            "trade": one.trade,
            "month": one.month,
            "row": one.row,
            "start": one.start,
            "end": one.end,
            "weekly": one.weekly,
            "pence": one.pence,
        }
        for one in act.lines
    ]
    return folded


def _sound(line: SheetLine) -> bool:
    days = [one for one in (line.start, line.end) if one]
    return (
        is_month(line.month)
        and all(map(is_day, days))
        and abs(line.pence) <= _MOST_PENCE
        and 0 <= line.weekly <= _MOST_PENCE
    )


def line(act: Act) -> str:
    """The act as one line of history."""
    if isinstance(act, Enter):
        return f"entered {len(act.lines)} rows of {act.name}, the side of {act.code}"
    return f"took the sheet back: {act.why}" if isinstance(act, Retract) else ""


KIND = Kind("sheet", "own", Enter | Retract, ("sheet", "sheet_line"), fold, line)
