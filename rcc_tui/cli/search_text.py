"""The answers of rcc search, as JSON and as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rcc_tui.cli.output import Column, blocks, clean, cut, short, table
from rcc_tui.domain.geography import UNKNOWN_MILES, borderline
from rcc_tui.domain.money import pounds

if TYPE_CHECKING:
    from rcc_tui.services.finding import Hit, SearchResult


def document(found: SearchResult) -> dict[str, object]:
    """A search as a JSON document."""
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


def text(found: SearchResult, *, why: bool) -> str:
    """A search as text; `why` adds the reasons of each place."""
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
