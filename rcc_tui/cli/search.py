"""rcc search"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rcc_tui.cli.answer import Answer, Stream, encode
from rcc_tui.cli.command import command, single
from rcc_tui.cli.options import STDIN, Limit
from rcc_tui.cli.output import Column, blocks, clean, cut, short, table
from rcc_tui.cli.session import Session
from rcc_tui.domain.errors import UsageError
from rcc_tui.domain.geography import UNKNOWN_MILES, borderline
from rcc_tui.domain.money import pounds

if TYPE_CHECKING:
    from rcc_tui.services.desk import Desk
    from rcc_tui.services.finding import Hit, SearchResult
    from rcc_tui.services.searches import SavedSearch

app = single()

_LONGEST_QUERY = 1000
_LONE = re.compile("[\ud800-\udfff]")


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
    limit: Limit = 50,
) -> Answer | Stream:
    """Find places. Words may be misspelt, "side by side" in quotes, -left out, or one|of|several. Filters
    are read exactly: age and sex 12f, siblings sib2, price <1200, distance 20mi, home SL1, now, tomorrow,
    by 3 dec, type:K2|foster, hub:north, la:slough|oxon, emergency, solo, own, stale, protected; a - before
    a flag or one of the names leaves out; age:any lets go of what a request says. A query that begins with
    - goes behind --. docs/search.md has it all."""
    from rcc_tui.services import alerts, finding, requests, searches

    query = " ".join(words or ())
    if batch is not None and (query or request or origin or why):
        raise UsageError("--batch takes its queries from the file alone.")
    if (batch is not None) + bool(save) + bool(saved) + kept + keep > 1:
        raise UsageError("One of --batch, --save, --saved, --kept and --keep at a time.")
    if save and (request or origin or why):
        raise UsageError("--save keeps the words alone.", hint="--keep keeps them with a request.")
    if keep and not request:
        raise UsageError("Keep it with which request?", hint="Name it: --request ID.")
    if batch is not None:
        return Stream(_batch(session.desk(followed=True), batch, limit))
    if kept:
        return _kept(searches.listing(session.desk()))
    if save:
        one = searches.save(session.desk(), save, query)
        return Answer(asdict(one), f"Kept as {one.name}.")
    if keep:
        view = requests.seek(session.desk(), request, query)
        return Answer({"request": view.id, "search": view.search}, "Kept." if view.search else "Dropped.")
    if saved:
        query = f"{searches.show(session.desk(), saved).text} {query}".strip()
    if not (query or request):
        raise UsageError("Say what to look for.", hint="A query, or --request ID.")
    desk = session.desk(followed=True)
    found = finding.search(desk, query, request=request, origin=origin, limit=limit, typing=False)
    # Whoever searches for a request has seen what is new for it.
    new = alerts.look(desk, requests.show(desk, request).id) if request else ()
    told = f"new for this request: {', '.join(map(short, new))}" if new else ""
    return Answer({**_json(found), "new": list(new)}, blocks(_text(found, why=why), told))


def _kept(found: tuple[SavedSearch, ...]) -> Answer:
    text = table([(one.name, one.text) for one in found], ("name", "query")) or "No search is kept."
    return Answer([asdict(one) for one in found], text)


def _batch(desk: Desk, file: Path, limit: int) -> Iterator[Answer]:
    """One line of JSON for each query, printed as it is answered."""
    from rcc_tui.services import finding

    for query in _lines(file):
        understood, total, found, micros = finding.ids(desk, query, limit=limit)
        document = {
            "query": query,
            "understood": understood,
            "total": total,
            "ids": list(found),
            "micros": micros,
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


def _json(found: SearchResult) -> dict[str, object]:
    return {
        "query": found.query,
        "understood": found.understood,
        "total": found.total,
        "results": [_hit(hit) for hit in found.hits],
        "problems": list(found.problems),
        "corrections": [{"typed": typed, "read": read} for typed, read in found.corrections],
        "micros": found.micros,
    }


def _hit(hit: Hit) -> dict[str, object]:
    setting = hit.place.setting
    return {
        "id": hit.id,
        "ref": hit.ref,
        "setting": setting.name,
        "authority": setting.authority,
        "authority_name": hit.place.authority_name,
        "type": setting.place,
        "outcode": setting.outcode,
        "free": hit.place.free,
        "miles": None if hit.miles >= UNKNOWN_MILES else hit.miles,
        "borderline": borderline(hit.miles),
        "weekly": hit.weekly,
        "match": hit.match,
        "score": hit.score,
        "reasons": [{"reason": reason, "points": points} for reason, points in hit.reasons],
        "barriers": list(hit.barriers),
    }


def _text(found: SearchResult, *, why: bool) -> str:
    columns = (
        *("id", "ref", "setting", "authority", "type", Column("free", right=True)),
        *(Column("miles", right=True), Column("weekly", right=True), Column("score", right=True), "but"),
    )
    rows = [
        (
            short(hit.id),
            hit.ref,
            hit.place.setting.name,
            hit.place.authority_name or hit.place.setting.authority,
            hit.place.setting.place,
            str(hit.place.free),
            "" if hit.miles >= UNKNOWN_MILES else f"{'~' if borderline(hit.miles) else ''}{hit.miles:.1f}",
            pounds(hit.weekly) if hit.weekly else "tariff",
            str(hit.score),
            "; ".join(hit.barriers),
        )
        for hit in found.hits
    ]
    body = table(rows, columns) or "No place found."
    if why and rows:
        head, *lines = body.split("\n")
        said = [[f"    {points:+d}  {clean(reason)}" for reason, points in hit.reasons] for hit in found.hits]
        body = "\n".join(
            (head, *(part for line, why_ in zip(lines, said, strict=True) for part in (line, *why_)))
        )
    problems = "\n".join(clean(problem) for problem in found.problems)
    return blocks(clean(found.understood), problems, body, cut(len(found.hits), found.total))
