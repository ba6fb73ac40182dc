"""Where answers go: data to the standard output, narration to the standard error."""

from __future__ import annotations

import io
import os
import sys
from typing import TextIO, cast

from rcc_tui.cli.answer import Answer, Stream, encode


def speak_utf8() -> None:
    """Write UTF-8 whatever the locale says; what cannot be said becomes a question mark, never a crash.

    A stream that was closed before we began reads as empty and takes whatever is written.
    """
    sys.stdin = sys.stdin or _nowhere("r")
    sys.stdout = sys.stdout or _nowhere("w")
    sys.stderr = sys.stderr or _nowhere("w")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")


def _nowhere(mode: str) -> TextIO:
    """Open for as long as the program runs."""
    return cast(TextIO, open(os.devnull, mode, encoding="utf-8"))


def show(reply: Answer | Stream, *, as_json: bool) -> int:
    """Print an answer, or each of a stream as it comes. Returns the exit code: of several, the worst."""
    if isinstance(reply, Answer):
        _print(reply, as_json=as_json, one_line=False)
        return reply.exit_code
    worst = 0
    for answer in reply.answers:
        _print(answer, as_json=as_json, one_line=True)
        worst = max(worst, answer.exit_code)
    return worst


def _print(answer: Answer, *, as_json: bool, one_line: bool) -> None:
    if as_json and answer.document is not None:
        sys.stdout.write(encode(answer.document, one_line=one_line) + "\n")
    elif answer.text:
        (sys.stderr if answer.refused else sys.stdout).write(answer.text + "\n")
    sys.stdout.flush()


def close_quietly() -> None:
    """Whoever read our output has gone: let nothing complain when the interpreter flushes at its end."""
    try:
        ours = sys.stdout.fileno()
    except OSError:
        return
    with open(os.devnull, "wb") as nothing:
        os.dup2(nothing.fileno(), ours)
