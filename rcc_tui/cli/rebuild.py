"""rcc rebuild"""

from __future__ import annotations

from rcc_tui.cli.answer import Answer
from rcc_tui.cli.command import command, single
from rcc_tui.cli.output import table
from rcc_tui.cli.session import Session
from rcc_tui.domain.errors import IntegrityError

app = single()


@command(app, "rebuild", example="rebuild")
def rebuild(session: Session) -> Answer:
    """Drop the tables, fold every log anew and compare. Exits 3 when a digest differs."""
    outcome = session.desk(followed=True).rebuild()
    same = all(before == after for before, after in outcome.values())
    document = {
        "ok": same,
        "audiences": [
            {"audience": audience, "before": before, "after": after}
            for audience, (before, after) in outcome.items()
        ],
    }
    rows = [
        (audience, "same" if before == after else "DIFFERS", after)
        for audience, (before, after) in outcome.items()
    ]
    text = table(rows, ("audience", "", "digest")) or "Nothing has been heard yet."
    return Answer(document, text, 0 if same else IntegrityError.exit_code)
