"""rcc request what-if: what the stay costs at each shortlisted place."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from rcc_tui.cli.answer import Answer
from rcc_tui.cli.command import command
from rcc_tui.cli.options import RecordId, iso_day
from rcc_tui.cli.output import Column, blocks, clean, short, table
from rcc_tui.cli.session import Session
from rcc_tui.domain.geography import UNKNOWN_MILES
from rcc_tui.domain.money import pounds
from rcc_tui.domain.worked_example import remark

if TYPE_CHECKING:
    from rcc_tui.services.what_if import Option, WhatIf


def add(app: typer.Typer) -> None:
    """Put the command on the noun."""
    command(app, "what-if", example="request what-if 4f0a --nights 90")(what_if)


def what_if(
    session: Session,
    request: RecordId,
    nights: Annotated[int, typer.Option("--nights", min=0, help="How long; else the expected stay.")] = 0,
    start: Annotated[str, typer.Option("--start", help="The first day; else when it is needed.")] = "",
    end: Annotated[str, typer.Option("--end", help="The day after the last night, instead of nights.")] = "",
) -> Answer:
    """What the stay costs at each shortlisted place, the cheapest first; nothing is signed."""
    from rcc_tui.services.what_if import what_if as reckon

    desk = session.desk()
    today = desk.clock.today()
    found = reckon(
        desk,
        request,
        nights=nights,
        start=iso_day(start, today, "--start"),
        end=iso_day(end, today, "--end"),
    )
    return Answer(_json(found), _text(found))


def _json(found: WhatIf) -> dict[str, object]:
    return {
        "request": found.request,
        "start": found.start,
        "end": found.end,
        "nights": found.nights,
        "assumed": found.assumed,
        "options": [_option_json(one) for one in found.options],
    }


def _option_json(one: Option) -> dict[str, object]:
    return {
        "vacancy": one.vacancy,
        "setting_name": one.setting_name,
        "authority": one.authority,
        "miles": None if one.miles >= UNKNOWN_MILES else round(one.miles, 1),
        "free": one.free,
        "weekly": one.weekly,
        "premium": one.premium,
        "premium_nights": one.premium_nights,
        "notice_days": one.notice_days,
        "retainer": one.retainer,
        "total": one.total,
        "lines": [asdict(line) for line in one.lines],
        "months": [
            {"month": each.month, "kind": each.kind, "nights": each.nights, "pence": each.pence}
            for each in one.charges
        ],
        "source": one.source,
        "worked_example": one.worked_example,
        "why_not": one.why_not,
    }


def _text(found: WhatIf) -> str:
    from rcc_tui.services.what_if import words

    amounts = ("miles", "weekly", "premium", "notice", "kept open", "stay")
    right = [Column(name, right=True) for name in amounts]
    rows = [
        (
            short(one.vacancy),
            one.setting_name,
            one.authority_name,
            "?" if one.miles >= UNKNOWN_MILES else f"{one.miles:.1f}",
            *_amounts(one),
            one.why_not or one.source,
        )
        for one in found.options
    ]
    example = any(one.worked_example for one in found.options)
    listed = table(rows, ("vacancy", "setting", "authority", *right, "price by"))
    return blocks(
        clean(words(found)),
        listed or "No place is on the shortlist.",
        remark(example),
    )


def _amounts(one: Option) -> tuple[str, ...]:
    if one.why_not:
        return ("", "", "", "", "")
    return (
        pounds(one.weekly),
        pounds(one.premium) if one.premium else "",
        f"{one.notice_days} days",
        pounds(one.retainer) if one.retainer else "",
        pounds(one.total),
    )
