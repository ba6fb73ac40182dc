"""Options and arguments that several commands take."""

from __future__ import annotations

import json
import re
import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from rcc_tui.domain.dates import parse_date
from rcc_tui.domain.errors import Refused, UsageError
from rcc_tui.domain.money import parse_pounds

STDIN = Path("-")
_LARGEST_FILE = 1 << 20
_ISO_T = re.compile(r"(?<=[0-9])T(?=[0-9])")
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):[0-5][0-9]")

RecordId = Annotated[str, typer.Argument(metavar="ID", help="The id, or its first digits (four or more).")]
Limit = Annotated[int, typer.Option("--limit", metavar="N", min=1, help="At most so many.")]
Offset = Annotated[int, typer.Option("--offset", metavar="N", min=0, help="Leave out the first so many.")]
WithCode = Annotated[str, typer.Option("--with", metavar="CODE", help="Only with this authority.")]
Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="One file or several.")]


def iso_day(text: str, today: date, field: str) -> str:
    """The ISO date of a day as people type it; empty stays empty. Raises Refused."""
    return parse_date(text, today, field).isoformat() if text else ""


def moment(text: str, today: date, field: str) -> str:
    """The ISO minute of a day and a time, as "3 dec 17:00"; a bare day means its end. Raises Refused."""
    words = _ISO_T.sub(" ", text).split()
    clock = "23:59"
    if len(words) > 1 and _CLOCK.fullmatch(words[-1]):
        clock = words.pop().zfill(5)
    return f"{parse_date(' '.join(words), today, field).isoformat()}T{clock}"


def pence(text: str, field: str) -> int:
    """Pence of an amount in pounds; empty is 0. Raises Refused."""
    return parse_pounds(text, field) if text else 0


def pairs(texts: list[str], field: str) -> dict[str, str]:
    """`name=value` texts by name. Raises UsageError."""
    found: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not (equals and name.strip() and value.strip()):
            raise UsageError(
                f"“{text}” is not NAME=VALUE.", where=field, hint="Write it like self_harm=high."
            )
        if name.strip() in found:
            raise UsageError(f"“{name.strip()}” is given twice.", where=field, hint="Give it once.")
        found[name.strip()] = value.strip()
    return found


def read_object(path: Path) -> dict[str, object]:
    """A JSON object from a file, or from the standard input where the path is `-`. Raises Refused."""
    where = "the standard input" if path == STDIN else str(path)
    body = _bytes(path)
    if len(body) > _LARGEST_FILE:
        raise Refused("The file is too large for one record.", where=where, hint="Give a file below 1 MiB.")
    try:
        found = json.loads(body.decode("utf-8-sig"), parse_constant=_no_constant, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise Refused(f"This is no JSON: {error}.", where=where, hint="Give one JSON object.") from error
    if not isinstance(found, dict):
        raise Refused("This is JSON, but no object.", where=where, hint='Begin with { and "age".')
    return found


def _bytes(path: Path) -> bytes:
    if path == STDIN:
        return sys.stdin.buffer.read(_LARGEST_FILE + 1)
    with path.open("rb") as file:
        return file.read(_LARGEST_FILE + 1)


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no number")


def _once(items: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in items:
        if key in found:
            raise ValueError(f"the key {key} is there twice")
        found[key] = value
    return found
