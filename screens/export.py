"""A list written to a CSV file that a spreadsheet may open without harm."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from rcc_tui.domain.errors import RccError, UsageError

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: those that begin like one get an apostrophe."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def check_new_file(typed: str) -> str:
    """What is wrong with the name of a file to be written; "" if nothing is."""
    path = Path(typed).expanduser()
    if path.exists():
        return "There is such a file already; give another name."
    return "" if path.parent.is_dir() else f"There is no folder {path.parent}."


def free_name(path: Path) -> Path:
    """The path, or one like it with a number, at which no file is yet."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_stem(f"{path.stem}-{number}")
    return free


def write_csv(path: Path, rows: Iterable[Sequence[str]]) -> None:
    """Write rows, titles first, to a file that is not there yet. Raises RccError."""
    try:
        # With the mark of UTF-8 in front, or spreadsheets guess another encoding.
        with path.open("x", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([harmless(cell) for cell in row] for row in rows)
    except FileExistsError as error:
        raise UsageError(
            "There is such a file already.", where=str(path), hint="Give another name."
        ) from error
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise RccError(f"The list could not be written: {why}.", where=str(path)) from error
