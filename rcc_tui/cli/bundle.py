"""rcc bundle …"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rcc_tui.cli.answer import Answer
from rcc_tui.cli.command import command, noun
from rcc_tui.cli.options import Files
from rcc_tui.cli.output import Column, blocks, clean, day, fields, short, table
from rcc_tui.cli.progress import Narrated
from rcc_tui.cli.session import Session

if TYPE_CHECKING:
    from rcc_tui.services.syncing import Exported, FileResult
    from rcc_tui.sync.keys import SigningKey

app = noun("Bundles: what one desk tells another, as a signed file.")


@command(app, "export", example="bundle export --to 871 --out /media/stick")
def export(
    session: Session,
    to: Annotated[list[str], typer.Option("--to", metavar="CODE...", help="For whom, or all.")],
    more: Annotated[list[str] | None, typer.Argument(metavar="CODE...", help="And for whom else.")] = None,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="The folder to write to.")] = Path("."),
    unsealed: Annotated[
        bool, typer.Option("--unsealed", help="Readable by anybody: only what is for all members.")
    ] = False,
) -> Answer:
    """Write for each reader what it may see and, as far as we know, lacks; sealed to its desks."""
    from rcc_tui.services import syncing

    written = syncing.export(session.desk(), _codes([*to, *(more or [])]), out, unsealed=unsealed)
    return Answer({"files": exported_json(written)}, exported_table(written))


def _codes(to: Sequence[str]) -> list[str]:
    """`--to 870 --to 871`, `--to 870 871` and `--to 870,871` alike."""
    return [code for text in to for code in text.replace(",", " ").split()]


def exported_json(written: Sequence[Exported]) -> list[dict[str, object]]:
    """The bundles that were written."""
    return [asdict(one) for one in written]


def exported_table(written: Sequence[Exported]) -> str:
    """The same as a table, and below it what they do not hold."""
    rows = [(one.to, f"{one.entries:,}", "sealed" if one.sealed else "open", one.file) for one in written]
    said = [
        f"{one.to}: {one.left_out:,} entries between members or of one authority were left out: "
        "they leave sealed only."
        for one in written
        if one.left_out
    ]
    said += [
        f"{one.to}: more than one bundle holds; the rest goes with the next." for one in written if one.rest
    ]
    return blocks(table(rows, ("to", Column("entries", right=True), "form", "file")), "\n".join(said))


@command(app, "import", example="bundle import /media/stick/*.rccb")
def import_(session: Session, files: Files) -> Answer:
    """Take in bundles, each on its own: a bad one is reported, the others still go in."""
    return _taken(session, files, verify_only=False)


@command(app, "verify", example="bundle verify rcc_0a1b2c3d.rccb")
def verify(session: Session, files: Files) -> Answer:
    """Do all that an import does, and keep nothing."""
    return _taken(session, files, verify_only=True)


def _taken(session: Session, files: Sequence[Path], *, verify_only: bool) -> Answer:
    from rcc_tui.services import syncing

    desk = session.desk(followed=not verify_only)
    with Narrated(session) as progress:
        results = syncing.take_in(desk, files, verify_only=verify_only, progress=progress)
    return Answer([result_json(one) for one in results], results_text(results), worst(results))


def worst(results: Sequence[FileResult]) -> int:
    """The exit code of several files: that of the worst."""
    return max((one.exit_code for one in results), default=0)


def result_json(one: FileResult) -> dict[str, object]:
    """What became of a file."""
    return {
        "file": one.file,
        "result": one.result,
        "new": one.new,
        "known": one.known,
        "parked": one.parked,
        "quarantined": one.quarantined,
        "reason": one.reason,
        "maker": one.maker,
    }


def results_text(results: Sequence[FileResult]) -> str:
    """The files as a table, and below it why something was refused or set aside."""
    counts = [Column(title, right=True) for title in ("new", "known", "parked", "quarantined")]
    rows = [(Path(one.file).name, one.maker, one.result, *_counts(one)) for one in results]
    reasons = [f"{Path(one.file).name}: {one.reason}" for one in results if one.reason]
    return blocks(table(rows, ("file", "from", "result", *counts)), "\n".join(clean(one) for one in reasons))


def _counts(one: FileResult) -> tuple[str, ...]:
    return tuple(f"{count:,}" for count in (one.new, one.known, one.parked, one.quarantined))


@command(app, "show", example="bundle show rcc_0a1b2c3d.rccb")
def show(
    session: Session,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A bundle.")],
) -> Answer:
    """What a bundle says of itself; nothing of it is believed or kept. A sealed one opens with a store."""
    from rcc_tui.services import syncing

    found = syncing.describe(file, _key(session))
    logs = found["logs"]
    assert isinstance(logs, list)
    said = [(name, _plain(value)) for name, value in found.items() if name != "logs"]
    if not found["opened"]:
        said.append(("", "It is not sealed to this desk: nothing in it can be read here, nor who made it."))
    rows = [(short(log["log"]), log["audience"], str(log["first"]), str(log["last"])) for log in logs]
    columns = ("log", "audience", Column("first", right=True), Column("last", right=True))
    return Answer(found, blocks(fields(said), table(rows, columns)))


def _key(session: Session) -> SigningKey | None:
    """The key of the desk here, where there is one: what is not sealed needs none."""
    return session.desk().key if session.folder.is_dir() else None


def _plain(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    return day(text) if text[4:5] == "-" and "T" in text else text
