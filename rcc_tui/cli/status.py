"""rcc status"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from rcc_tui.cli.answer import Answer
from rcc_tui.cli.command import command, single
from rcc_tui.cli.output import Column, blocks, day, fields, short, table
from rcc_tui.cli.session import Session

if TYPE_CHECKING:
    from rcc_tui.services.health import Health

app = single()


@command(app, "status", example="status --json")
def status(session: Session) -> Answer:
    """What this desk holds, what waits, how far each member has been heard, and what is amiss."""
    from rcc_tui.services.health import health

    found = health(session.desk())
    return Answer(_document(found), blocks(_facts(found), _members(found), *_amiss(found)))


def _document(found: Health) -> dict[str, object]:
    """The keys scripts rely on; each member with its age, and all the rest of `health` beside them."""
    document = asdict(found)
    known = document.pop("status")
    ages = {one.code: {"last": one.at, "days": one.days, "quiet": one.quiet} for one in found.silence}
    del document["silence"]
    members = [{**one, **ages[one["code"]]} for one in known["members"]]
    tails = [{**asdict(one), "missing": one.missing} for one in found.tails]
    return {**known, "members": members, **document, "tails": tails}


def _facts(found: Health) -> str:
    held = found.status
    end = f", until {day(found.expires)}" if found.expires else ""
    return fields(
        (
            ("authority", held.authority),
            ("roll", f"version {held.roll}{end}" if held.roll else "none yet"),
            ("entries", f"{held.entries:,}"),
            ("parked", f"{held.parked:,}"),
            ("quarantined", f"{held.quarantined:,}"),
            ("conflicts", f"{held.conflicts:,}"),
            ("forks", f"{held.forks:,}" if held.forks else ""),
            ("withheld", f"{held.withheld:,}" if held.withheld else ""),
            ("encryption", found.encryption),
            *(("warning", said) for said in found.warnings),
        )
    )


def _members(found: Health) -> str:
    silence = {one.code: one for one in found.silence}
    rows = [
        (
            "!" if silence[one.code].quiet else "",
            one.code,
            one.name,
            f"{one.heard_to:,}",
            day(silence[one.code].at) or "never",
            "" if silence[one.code].days is None else f"{silence[one.code].days:,}",
        )
        for one in found.status.members
    ]
    columns = ("", "code", "name", Column("heard to", right=True), "last heard", Column("days", right=True))
    return table(rows, columns)


def _amiss(found: Health) -> tuple[str, ...]:
    """A table for each thing that is amiss, nothing where nothing is."""
    tails = [
        (short(one.log), one.code, one.desk, f"{one.ours:,}", f"{one.missing:,}", ", ".join(one.said_by))
        for one in found.tails
    ]
    logs = [
        (short(one.log), one.code, one.desk, one.audience, f"{one.counts:,} of {one.entries:,}", one.why)
        for one in found.amiss
    ]
    gone = [(one.code, one.desk, str(one.since), f"{one.counts:,} of {one.entries:,}") for one in found.gone]
    erased = [
        (
            short(one.record),
            one.kind,
            one.by,
            day(one.on),
            f"{one.confirmed} of {one.of}",
            ", ".join(one.missing),
        )
        for one in found.erased
    ]
    return (
        table(
            tails,
            ("withheld", "of", "desk", Column("held", right=True), Column("lacking", right=True), "says"),
        ),
        table(logs, ("amiss", "of", "desk", "audience", "count", "why")),
        table(gone, ("revoked", "desk", "since roll", "count")),
        table(erased, ("erased", "kind", "by", "on", "confirmed", "not yet")),
    )
