"""What people and scripts are told when something goes wrong; never a traceback."""

from __future__ import annotations

import sqlite3
import sys

from rcc_tui.cli.answer import Answer
from rcc_tui.cli.output import clean
from rcc_tui.config import debug
from rcc_tui.domain.errors import RccError, StoreError


def failure(error: BaseException) -> Answer:
    """The answer that tells of an error: a refusal as it words itself, anything else as a defect."""
    told = as_refusal(error)
    if told is not None:
        return refusal(told)
    if debug():
        import traceback

        sys.stderr.write("".join(traceback.format_exception(error)))
    message = f"This is a defect in rcc: {type(error).__name__}: {error}"
    hint = (
        "Please report it, with the command you gave, to those who look after "
        "rcc for your region; RCC_DEBUG=1 shows the details."
    )
    return refusal(RccError(message, hint=hint, code="defect"))


def as_refusal(error: BaseException) -> RccError | None:
    """The error as one of our family, where it is the world and not the program that is wrong."""
    if isinstance(error, RccError):
        return error
    cause = getattr(error, "orig", error)
    if isinstance(cause, sqlite3.Error):
        return StoreError(
            f"The store cannot be read or written: {cause}.",
            hint="Check that the disk has room and that no other program keeps the store locked.",
        )
    if isinstance(error, OSError):
        where = str(error.filename) if error.filename else ""
        return StoreError(
            f"{error.strerror or error}.", where=where, hint="Check the path and your rights to it."
        )
    return None


def refusal(error: RccError) -> Answer:
    """A refusal as a document and as lines: what, where, what to do."""
    document = {
        "error": {"code": error.code, "message": error.message, "where": error.where, "hint": error.hint}
    }
    lines = [f"rcc: {error.message}"]
    if error.where:
        lines.append(f"  where: {error.where}")
    if error.hint:
        lines.append(f"  {error.hint}")
    text = "\n".join(clean(line) for line in lines)
    return Answer(document, text, error.exit_code, refused=True)
