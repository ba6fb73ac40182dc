"""What people and scripts are told when something goes wrong; never a traceback."""

from __future__ import annotations

import sys

from rcc_tui.cli.answer import Answer
from rcc_tui.cli.output import clean
from rcc_tui.config import debug
from rcc_tui.domain.errors import RccError, Refused, StoreError

_LONGEST = 600


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
    if isinstance(error, UnicodeEncodeError):
        return Refused("A text holds bytes that are no characters.", hint="Write it in UTF-8.", code="text")
    if (told := _of_the_store(getattr(error, "orig", error))) is not None:
        return told
    if isinstance(error, OSError):
        where = str(error.filename) if error.filename else ""
        return StoreError(
            f"{error.strerror or error}.", where=where, hint="Check the path and your rights to it."
        )
    return None


def _of_the_store(cause: BaseException) -> StoreError | None:
    # Not above: a command that opens no store need not load what opens one.
    from db import cipher

    if type(cause) is cipher.DatabaseError:
        return StoreError(f"The store is damaged: {cause}.", hint="Restore a backup, or make it anew.")
    if isinstance(cause, cipher.Error):
        return StoreError(
            f"The store cannot be read or written: {cause}.",
            hint="Check that the disk has room and that no other program keeps the store locked.",
        )
    return None


def refusal(error: RccError) -> Answer:
    """A refusal as a document and as lines: what, where, what to do."""
    message, where, hint = _brief(error.message), _brief(error.where), error.hint
    document = {"error": {"code": error.code, "message": message, "where": where, "hint": hint}}
    lines = [f"rcc: {message}"]
    if where:
        lines.append(f"  where: {where}")
    if hint:
        lines.append(f"  {hint}")
    text = "\n".join(clean(line) for line in lines)
    return Answer(document, text, error.exit_code, refused=True)


def _brief(text: str) -> str:
    """The text without its middle where that is long: what was typed may be a page."""
    if len(text) <= _LONGEST:
        return text
    return f"{text[: _LONGEST // 2]} … {text[-_LONGEST // 4 :]}"
