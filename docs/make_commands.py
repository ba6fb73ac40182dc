"""Writes commands.md beside this file from the commands themselves: python docs/make_commands.py"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rcc_tui.cli.root import NOUNS, root

PAGE = Path(__file__).with_name("commands.md")

HEAD = """# Commands

Everything the screens do, a command does. `--json` prints one JSON document (money in pence, dates ISO
8601), otherwise aligned text. Data goes to the standard output, narration to the standard error.

Exit codes: 0 done, 1 refused, 2 usage, 3 integrity (a signature, a digest), 130 interrupted.

These options go anywhere: `--store DIR` (or the variable `RCC_HOME`) picks the store, `--json` answers with
JSON, `--yes` answers every question. `RCC_TODAY=2026-12-01` freezes the date, `RCC_KEY_FILE` names the
desk's key file, `RCC_PASSPHRASE` opens a locked one, `RCC_DEBUG=1` shows the details of a defect.

An ID may be shortened to its first four digits or more; a vacancy also goes by its ref. A day may be
written 2026-12-03, 3/12/2026, 3 dec, tomorrow, friday or +7; amounts are in pounds.

This page is made by `python docs/make_commands.py`.
"""

SHARED = {"--json", "--store", "--yes", "--help"}


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command with its words, in the order of the help."""
    if not hasattr(command, "list_commands"):
        yield path, command
        return
    for name in command.list_commands(None):
        yield from commands(command.get_command(None, name), (*path, name))


def page() -> str:
    """The page in Markdown."""
    parts = [HEAD]
    noun = ""
    for path, command in commands(root()):
        if path[0] != noun:
            noun = path[0]
            parts.append(f"## {noun}\n\n{NOUNS[noun][1]}\n")
        parts.append(section(path, command))
    return "\n".join(parts)


def section(path: tuple[str, ...], command: Any) -> str:
    """One command: its words, what it does, its options, its example."""
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    words = " ".join(("rcc", *path, *(one.metavar or one.name.upper() for one in arguments)))
    lines = [f"### `{words}`", "", " ".join(str(command.help).split()), ""]
    lines += [f"- `{one.metavar or one.name.upper()}`: {one.help}" for one in arguments]
    lines += [option(one) for one in command.params if one not in arguments and not SHARED & set(one.opts)]
    example = str(command.epilog).rpartition("\b\n")[2].strip()
    lines += ["", "```", example, "```", ""]
    return "\n".join(lines)


def option(one: Any) -> str:
    """One option as a list item."""
    flags = ", ".join(f"`{flag}`" for flag in (*one.opts, *one.secondary_opts))
    needed = " (required)" if one.required else ""
    return f"- {flags}{needed}: {one.help}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
