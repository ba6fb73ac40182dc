"""rcc batch"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from rcc_tui.cli.answer import Answer, Stream, encode
from rcc_tui.cli.command import command, single
from rcc_tui.cli.failures import refusal
from rcc_tui.cli.options import STDIN
from rcc_tui.cli.session import Session
from rcc_tui.domain.errors import UsageError

app = single()


@command(app, "batch", example="batch monday.txt --keep-going --json")
def batch(
    session: Session,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A command a line, or - to read them.")],
    keep_going: Annotated[bool, typer.Option("--keep-going", help="Go on after a failure.")] = False,
) -> Stream:
    """Run one command a line in one process. Empty lines and lines that begin with # are left out.

    Stops at the first failure unless --keep-going; with --json one result a line. The exit code is that
    of the worst line.
    """
    if session.in_batch:
        raise UsageError("A batch cannot run a batch.", hint="Write its lines into the one file.")
    return Stream(_answers(session, file, keep_going=keep_going))


def _answers(session: Session, file: Path, *, keep_going: bool) -> Iterator[Answer]:
    for number, line in enumerate(_lines(file), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        answer = _one(session, line, number)
        yield answer
        if answer.exit_code and not keep_going:
            return


def _lines(file: Path) -> Iterator[str]:
    if file == STDIN:
        yield from sys.stdin
        return
    with file.open(encoding="utf-8-sig", errors="replace") as lines:
        yield from lines


def _one(session: Session, line: str, number: int) -> Answer:
    """One line's answer, with the number of the line where it failed."""
    within = session.line()
    try:
        words = shlex.split(line)
    except ValueError as error:
        answer = refusal(UsageError(f"This cannot be read: {error}.", hint="Check its quotes."))
    else:
        answer = session.execute(words, within)
    if answer.refused:
        document = {**answer.document, "line": number} if isinstance(answer.document, dict) else None
        return replace(answer, document=document, text=f"line {number}: {answer.text}")
    if within.json and not session.json:
        return replace(answer, text=encode(answer.document, one_line=True))
    if session.json and answer.document is None:
        return replace(answer, document={"ok": answer.exit_code == 0})
    return answer
