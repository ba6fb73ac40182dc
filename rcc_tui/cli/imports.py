"""rcc import …"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rcc_tui.cli.answer import Answer
from rcc_tui.cli.command import command, noun
from rcc_tui.cli.options import Limit
from rcc_tui.cli.output import Column, blocks, cut, table
from rcc_tui.cli.session import Session

if TYPE_CHECKING:
    from rcc_tui.interop.tables import Problem
    from rcc_tui.services.exchange import Tally

app = noun("Take in the field's files.")


@command(app, "ssda903", example="import ssda903 returns/2026")
def ssda903(
    session: Session,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files, or folders of them.")],
    limit: Limit = 50,
) -> Answer:
    """Take in an SSDA903 return, CSV or XML: rows that break a rule are reported, the rest goes in.

    The same return twice changes nothing. --limit cuts the problems shown as text, never the JSON.
    """
    from rcc_tui.services import exchange

    found = exchange.import_903(session.desk(), paths)
    tallies = (("children", found.children), ("episodes", found.episodes), ("others", found.others))
    document: dict[str, object] = {name: asdict(tally) for name, tally in tallies}
    document["problems"] = [_problem(one) for one in found.problems]
    columns = [Column(title, right=True) for title in ("new", "changed", "known", "refused")]
    counts = table([(name, *_counts(tally)) for name, tally in tallies], ("rows", *columns))
    return Answer(document, blocks(counts, _problems(found.problems, limit)))


def _counts(tally: Tally) -> tuple[str, ...]:
    return tuple(f"{count:,}" for count in (tally.new, tally.changed, tally.known, tally.refused))


def _problem(one: Problem) -> dict[str, object]:
    return {
        "file": one.file,
        "row": one.row,
        "column": one.column,
        "value": one.value,
        "reason": one.reason,
        "severity": one.severity,
    }


def _problems(problems: Iterable[Problem], limit: int) -> str:
    """What was refused first: warnings are many, and about rows that went in."""
    from rcc_tui.interop.tables import REFUSED

    found = sorted(problems, key=lambda one: one.severity != REFUSED)
    rows = [
        (one.severity, one.file, str(one.row), one.column, one.value, one.reason) for one in found[:limit]
    ]
    columns = ("", "file", Column("row", right=True), "column", "value", "reason")
    return blocks(table(rows, columns), cut(len(rows), len(found)))


@command(app, "providers", example="import providers ofsted-south-east.csv")
def providers(
    session: Session,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A list of registered providers, CSV.")],
    limit: Limit = 50,
) -> Answer:
    """Take in a list of registered providers, Ofsted's or the SSDA903 provider list."""
    from rcc_tui.services import places

    found = places.import_providers(session.desk(), file)
    counts = {
        "new": found.new,
        "changed": found.changed,
        "known": found.known,
        "refused": found.refused,
    }
    document = {**counts, "problems": [_problem(one) for one in found.problems]}
    columns = [Column(title, right=True) for title in counts]
    body = table([[f"{count:,}" for count in counts.values()]], columns)
    return Answer(document, blocks(body, _problems(found.problems, limit)))
