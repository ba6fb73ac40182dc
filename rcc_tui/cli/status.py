"""rcc status"""

from __future__ import annotations

from dataclasses import asdict

from rcc_tui.cli.answer import Answer
from rcc_tui.cli.command import command, single
from rcc_tui.cli.output import Column, blocks, day, fields, table
from rcc_tui.cli.session import Session

app = single()


@command(app, "status", example="status --json")
def status(session: Session) -> Answer:
    """What this desk holds, what waits, and how far each member has been heard."""
    from rcc_tui.services import syncing

    desk = session.desk()
    found = syncing.status(desk)
    members = [(one.code, one.name, f"{one.heard_to:,}", day(one.heard_at)) for one in found.members]
    text = blocks(
        fields(
            (
                ("authority", found.authority),
                ("roll", f"version {found.roll}" if found.roll else "none yet"),
                ("entries", f"{found.entries:,}"),
                ("parked", f"{found.parked:,}"),
                ("quarantined", f"{found.quarantined:,}"),
                ("conflicts", f"{found.conflicts:,}"),
                ("forks", f"{found.forks:,}" if found.forks else ""),
                ("withheld", f"{found.withheld:,}" if found.withheld else ""),
                ("encryption", desk.encryption if desk.encryption != "none" else "none: anybody may read it"),
                ("writing", "stopped: this store is older than what it has signed" if desk.behind else ""),
            )
        ),
        table(members, ("code", "name", Column("heard to", right=True), "heard at")),
    )
    return Answer({**asdict(found), "encryption": desk.encryption, "behind": desk.behind}, text)
