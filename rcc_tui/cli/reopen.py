"""rcc reopen"""

from __future__ import annotations

from rcc_tui.cli.answer import Answer
from rcc_tui.cli.command import command, single
from rcc_tui.cli.session import Session

app = single()


@command(app, "reopen", example="reopen")
def reopen(session: Session) -> Answer:
    """Let a copied or older store sign again, in new logs.

    Needed when this store is older than what its desk has signed since: it was copied, or put back without
    `rcc restore`. Its logs are closed; new ones say where those ended.
    """
    from rcc_tui.services import backup

    desk = session.desk()
    session.confirm("Close the logs of this store and open new ones?")
    closed = backup.reopen(desk)
    return Answer({"closed": closed}, f"{closed} logs closed; this store signs again, in new ones")
