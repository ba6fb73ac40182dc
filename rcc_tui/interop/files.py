"""Bytes in, bytes out: text of a file in whatever encoding it came, and whole files or none written."""

from __future__ import annotations

import csv
import io
import os
import re
import tempfile
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from rcc_tui.domain.dates import FIRST_YEAR, LAST_YEAR
from rcc_tui.domain.errors import Refused

MAX_BYTES = 64 * 1024 * 1024
_DAY = re.compile(r"(?:(\d{1,2})/(\d{1,2})/(\d{4})|(\d{4})-(\d{2})-(\d{2}))", re.ASCII)
_NOT_TEXT = {
    b"PK\x03\x04": "a spreadsheet workbook",
    b"\xd0\xcf\x11\xe0": "an old spreadsheet workbook",
    b"%PDF": "a PDF",
}


def read_bytes(path: Path) -> bytes:
    """The file's bytes, at most `MAX_BYTES`; raises `Refused` naming the file and what to do."""
    try:
        with path.open("rb") as handle:
            data = handle.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Refused(
            f"{path.name or path} cannot be read: {reason}.",
            where=str(path),
            hint="Check the path and your rights.",
        ) from error
    if len(data) > MAX_BYTES:
        raise Refused(
            f"{path.name} is larger than {MAX_BYTES // 1024 // 1024} MB.",
            where=str(path),
            hint="Split it into smaller files.",
        )
    return data


def read_text(path: Path) -> str:
    """The file as text: UTF-8 with or without BOM, else Windows-1252. Raises `Refused` on what is no text."""
    data = read_bytes(path)
    for magic, what in _NOT_TEXT.items():
        if data.startswith(magic):
            raise Refused(
                f"{path.name} is {what}, not a CSV.",
                where=str(path),
                hint="Open it and save it as CSV (UTF-8).",
            )
    if b"\0" in data:
        raise Refused(f"{path.name} is not plain text.", where=str(path), hint="Save it as CSV (UTF-8).")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused(
        f"{path.name} is in no encoding that is read here.", where=str(path), hint="Save it as CSV (UTF-8)."
    )


def parse_day(text: str) -> date | None:
    """The date a cell states, dd/mm/yyyy or yyyy-mm-dd; None for anything else.

    Words such as "today" are no dates in a file: read again tomorrow they would mean another day.
    """
    match = _DAY.fullmatch(text)
    if match is None:
        return None
    day, month, year, iso_year, iso_month, iso_day = match.groups()
    try:
        found = date(int(year or iso_year), int(month or iso_month), int(day or iso_day))
    except ValueError:
        return None
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else None


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> Path:
    """Write a UTF-8 CSV whole or not at all (a file beside it takes its place). Raises `Refused`."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    write_bytes(path, text.getvalue().encode())
    return path


def write_bytes(path: Path, data: bytes) -> None:
    """Put `data` at `path` so that no reader ever sees half of it. Raises `Refused` when it cannot."""
    spare = ""
    try:
        handle, spare = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(spare, path)
    except OSError as error:
        if spare:
            Path(spare).unlink(missing_ok=True)
        raise Refused(
            f"{path.name} cannot be written: {error.strerror or error}.",
            where=str(path),
            hint="Choose a folder you may write to, with room left.",
        ) from error
