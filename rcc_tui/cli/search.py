"""rcc search"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rcc_tui.cli import search_text
from rcc_tui.cli.answer import Answer, Stream, encode
from rcc_tui.cli.command import command, single
from rcc_tui.cli.options import STDIN, Limit
from rcc_tui.cli.output import blocks, clean, short, table
from rcc_tui.cli.session import Session
from rcc_tui.domain.errors import UsageError

if TYPE_CHECKING:
    from rcc_tui.services.desk import Desk
    from rcc_tui.services.searches import SavedSearch

app = single()

_LONGEST_QUERY = 1000
_LONE = re.compile("[\ud800-\udfff]")
_ALONE = ("--kept", "--drop", "--filters")


@command(app, "search", example='search "foster slough 12f sib2 <1200 20mi" --why')
def search(
    session: Session,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="QUERY", help="Words and filters, in any order.")
    ] = None,
    request: Annotated[str, typer.Option("--request", metavar="ID", help="Fill in its filters.")] = "",
    origin: Annotated[str, typer.Option("--from", metavar="OUTCODE", help="Measure miles from here.")] = "",
    why: Annotated[bool, typer.Option("--why", help="Say how each place came by its points.")] = False,
    batch: Annotated[
        Path | None, typer.Option("--batch", metavar="FILE", help="Queries, one a line; - reads them.")
    ] = None,
    save: Annotated[str, typer.Option("--save", metavar="NAME", help="Keep QUERY under a name.")] = "",
    saved: Annotated[str, typer.Option("--saved", metavar="NAME", help="Search with a query kept.")] = "",
    kept: Annotated[bool, typer.Option("--kept", help="List the queries kept.")] = False,
    keep: Annotated[bool, typer.Option("--keep", help="Keep QUERY with the request; none: drop it.")] = False,
    drop: Annotated[str, typer.Option("--drop", metavar="NAME", help="Keep a query no longer.")] = "",
    filters: Annotated[bool, typer.Option("--filters", help="All that QUERY may say, by examples.")] = False,
    limit: Limit = 50,
) -> Answer | Stream:
    """Find places. Words may be misspelt, "side by side" in quotes, -left out, or one|of|several. Filters
    are read exactly: age and sex 12f, siblings sib2, price <1200, distance 20mi, home SL1, now, tomorrow,
    by 3 dec, type:K2|foster, hub:north, la:slough|oxon, emergency, solo, own, stale, protected; a - before
    a flag or one of the names leaves out; age:any lets go of what a request says. A query that begins with
    - goes behind --. --filters has an example of each, docs/search.md it all."""
    query = " ".join(words or ())
    given: dict[str, object] = {"--batch": batch, "--save": save, "--saved": saved, "--kept": kept}
    given |= {"--keep": keep, "--drop": drop, "--filters": filters}
    mode = _mode([name for name, value in given.items() if value], query, request, bool(origin or why))
    if filters:
        return _filters()
    if batch is not None:
        return Stream(_batch(session.desk(followed=True), batch, limit))
    if mode in ("--save", "--kept", "--drop"):
        return _keeping(session.desk(), save, drop, query)
    if keep:
        return _keep(session.desk(), request, query)
    if saved:
        from rcc_tui.services import searches

        query = f"{searches.show(session.desk(), saved).text} {query}".strip()
    if not (query or request):
        raise UsageError("Say what to look for.", hint="A query, or --request ID.")
    return _search(session.desk(followed=True), query, request, origin, limit, why=why)


def _mode(modes: list[str], query: str, request: str, more: bool) -> str:
    """The one thing to do beside searching, "" for none; `more`: there are options that only a search has."""
    if len(modes) > 1:
        raise UsageError(f"{' and '.join(modes)} go each by itself.")
    mode = modes[0] if modes else ""
    if mode == "--batch" and (query or request or more):
        raise UsageError("--batch takes its queries from the file alone.")
    if mode in _ALONE and (query or request or more):
        raise UsageError(f"{mode} takes no query.", hint=f"Write {mode} alone.")
    if mode == "--save" and (request or more):
        raise UsageError("--save keeps the words alone.", hint="--keep keeps them with a request.")
    if mode == "--keep" and not request:
        raise UsageError("Keep it with which request?", hint="Name it: --request ID.")
    return mode


def _search(desk: Desk, query: str, request: str, origin: str, limit: int, *, why: bool) -> Answer:
    from rcc_tui.services import alerts, finding, requests

    found = finding.search(desk, query, request=request, origin=origin, limit=limit, typing=False)
    # Whoever searches for a request has seen what is new for it.
    new = alerts.look(desk, requests.show(desk, request).id) if request else ()
    told = f"new for this request: {', '.join(map(short, new))}" if new else ""
    document = {**search_text.document(found), "new": list(new)}
    return Answer(document, blocks(search_text.text(found, why=why), told))


def _keeping(desk: Desk, save: str, drop: str, query: str) -> Answer:
    """Queries under a name: one more, one less, or the list of them."""
    from rcc_tui.services import searches

    if save:
        one = searches.save(desk, save, query)
        return Answer(asdict(one), f"Kept as {clean(one.name)}.")
    if drop:
        gone = searches.drop_named(desk, drop)
        return Answer([asdict(one) for one in gone], "\n".join(map(_dropped, gone)))
    found = searches.listing(desk)
    text = table([(one.name, one.text) for one in found], ("name", "query")) or "No search is kept."
    return Answer([asdict(one) for one in found], text)


def _dropped(one: SavedSearch) -> str:
    return f"{clean(one.name)} is dropped. It said: {clean(one.text)}"


def _keep(desk: Desk, request: str, query: str) -> Answer:
    """A query kept with a request, or dropped."""
    from rcc_tui.services import requests

    view = requests.seek(desk, request, query)
    return Answer({"request": view.id, "search": view.search}, "Kept." if view.search else "Dropped.")


def _filters() -> Answer:
    from rcc_tui.search.language import SECTIONS

    rows = [
        {"section": title, "write": one.write, "keeps": one.keeps}
        for title, examples in SECTIONS
        for one in examples
    ]
    parts = [
        f"{title}\n{table([(one.write, one.keeps) for one in examples], ('write', 'it finds'))}"
        for title, examples in SECTIONS
    ]
    return Answer(rows, blocks(*parts))


def _batch(desk: Desk, file: Path, limit: int) -> Iterator[Answer]:
    """One line of JSON for each query, printed as it is answered."""
    from rcc_tui.services import finding

    for query in _lines(file):
        understood, total, found, micros, problems = finding.ids(desk, query, limit=limit)
        document = {
            "query": query,
            "understood": understood,
            "total": total,
            "ids": list(found),
            "micros": micros,
            "problems": list(problems),
        }
        yield Answer(document, encode(document, one_line=True))


def _lines(file: Path) -> Iterator[str]:
    """The queries: every line, empty ones too, so that answers and lines stay together."""
    if file == STDIN:
        # What is no UTF-8 comes as lone surrogates there, which are no JSON.
        yield from (_LONE.sub("�", line.rstrip("\r\n"))[:_LONGEST_QUERY] for line in sys.stdin)
        return
    with file.open(encoding="utf-8-sig", errors="replace", newline=None) as lines:
        yield from (line.rstrip("\n")[:_LONGEST_QUERY] for line in lines)
