"""rcc reconcile match"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rcc_tui.cli.answer import Answer
from rcc_tui.cli.command import command
from rcc_tui.cli.months import a_month
from rcc_tui.cli.output import Column, blocks, clean, short, table
from rcc_tui.cli.session import Session
from rcc_tui.domain.errors import UsageError
from rcc_tui.domain.money import pounds
from rcc_tui.domain.worked_example import remark

if TYPE_CHECKING:
    from rcc_tui.interop.side_sheet import SideRow
    from rcc_tui.services.matching import Match, Matching


_BACK = "--take-back WHY takes it back."


def add(app: typer.Typer) -> None:
    """Let `rcc reconcile` have the command."""
    command(app, "match", example="reconcile match kent.xlsx --with 886 --month 2026-11")(match)


def match(
    session: Session,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV or an .xlsx workbook.")],
    with_code: Annotated[str, typer.Option("--with", metavar="CODE", help="The authority it is of.")] = "",
    month: Annotated[
        str, typer.Option("--month", metavar="YYYY-MM", help="The month of rows that do not say theirs.")
    ] = "",
    confirm: Annotated[bool, typer.Option("--confirm", help="Enter what is matched.")] = False,
    choose: Annotated[
        list[str] | None,
        typer.Option("--row", metavar="LINE=TRADE", help="Settle a row that is asked; LINE= leaves it out."),
    ] = None,
    take_back: Annotated[
        str, typer.Option("--take-back", metavar="WHY", help="Take back what was entered from this file.")
    ] = "",
) -> Answer:
    """Match the spreadsheet of an authority that is not on the system to its trades. What could go either way
    is asked; nothing is entered without --confirm, and the same file twice changes nothing."""
    from rcc_tui.services import matching

    if not with_code:
        raise UsageError("Whose side does the file tell?", where="--with", hint="Give the authority's code.")
    if take_back and (confirm or choose):
        raise UsageError("--take-back enters nothing.", hint="Leave out --confirm and --row.")
    if choose and not confirm:
        raise UsageError("--row settles rows of what is entered.", hint="Add --confirm.")
    desk = session.desk()
    found = matching.match(desk, file, with_code, month=a_month(month) if month else "")
    if take_back:
        matching.retract_file(desk, found, take_back)
        return Answer(
            {"taken_back": True}, f"Taken back: {clean(found.sheet.name)}. --confirm enters it again."
        )
    entered = 0
    if confirm and not found.known:
        entered = matching.confirm(desk, found, dict(map(_chosen, choose or ())))
    document = {**_json(found), "entered": entered, "known": bool(found.known)}
    return Answer(document, blocks(_text(found), _end(found, entered, confirm)))


def _chosen(text: str) -> tuple[int, str]:
    line, equals, trade = text.partition("=")
    if not equals or not line.strip().isascii() or not line.strip().isdigit():
        raise UsageError(f"“{text}” settles no row.", where="--row", hint="Write it like 7=3fa2.")
    return int(line), trade.strip()


def _json(found: Matching) -> dict[str, object]:
    return {
        "matched": [_match_json(one) for one in found.matched],
        "ask": [
            {"row": asked.row.line, "candidates": [_match_json(one) for one in asked.candidates]}
            for asked in found.ask
        ],
        "unmatched": [row.line for row in found.unmatched],
        "wrong": [{"row": row.line, "reasons": list(row.wrong)} for row in found.unmatched if row.wrong],
        "missing": [{"trade": one.trade, "month": one.month} for one in found.missing],
        "columns": dict(found.sheet.columns),
        "notes": list(found.sheet.notes),
        "worked_example": found.worked_example,
    }


def _match_json(one: Match) -> dict[str, object]:
    return {
        "row": one.row.line,
        "trade": one.due.trade,
        "month": one.due.month,
        "score": one.score,
        "reasons": [{"reason": reason, "points": points} for reason, points in one.reasons],
    }


def _text(found: Matching) -> str:
    columns = (
        Column("row", right=True),
        *("trade", "month", "setting"),
        *(Column("theirs", right=True), Column("ours", right=True), Column("score", right=True)),
        "because",
    )
    parts = [clean(" · ".join(f"{what}: {name}" for what, name in found.sheet.columns.items()))]
    parts += [clean(note) for note in found.sheet.notes]
    if found.matched:
        parts.append(table([_cells(one) for one in found.matched], columns))
    for asked in found.ask:
        head = f"Row {asked.row.line}, {_row(asked.row)}, may be:"
        parts.append(clean(head) + "\n" + table([_cells(one) for one in asked.candidates], columns))
    alone = [f"Row {one.line}, {_row(one)}: {_why(one)}" for one in found.unmatched]
    parts.append("\n".join(map(clean, alone)))
    missing = [
        f"Not in the file: {short(one.trade)} {one.setting_name}, {one.month}" for one in found.missing
    ]
    parts += ["\n".join(map(clean, missing)), remark(found.worked_example)]
    return blocks(*parts)


def _cells(one: Match) -> tuple[str, ...]:
    return (
        str(one.row.line),
        short(one.due.trade),
        one.due.month,
        one.due.setting_name,
        pounds(one.row.pence or 0),
        pounds(one.due.pence),
        str(one.score),
        ", ".join(reason for reason, _ in one.reasons),
    )


def _why(row: SideRow) -> str:
    return "; ".join(row.wrong) or ("no amount" if row.pence is None else "no trade here")


def _row(row: SideRow) -> str:
    amount = f" {pounds(row.pence)}" if row.pence is not None else ""
    return f"“{row.setting or row.ref}”{amount}"


def _end(found: Matching, entered: int, confirm: bool) -> str:
    counts = f"{len(found.matched)} matched, {len(found.ask)} asked, {len(found.unmatched)} about no trade."
    if found.known:
        return f"{counts} This file has been entered already: nothing was changed. {_BACK}"
    if confirm:
        return f"{counts} {entered} {'row' if entered == 1 else 'rows'} entered. {_BACK}"
    settles = next((f"{one.row.line}={short(one.candidates[0].due.trade)}" for one in found.ask), "")
    also = f", with --row {settles} one that is asked too" if settles else ""
    return f"{counts} Nothing is entered yet: --confirm enters what is matched{also}."
