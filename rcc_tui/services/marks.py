"""The ledger's marks, as people know them: which charges are settled between the two."""

from __future__ import annotations

from collections.abc import Iterable

from db.queries import statements as queries
from rcc_tui.domain.ledger import Posting
from rcc_tui.domain.statement import AGREED, CONCEDED
from rcc_tui.services.desk import Desk
from rcc_tui.services.ledger import posting_of

UNCLEARED = "uncleared"
IN_QUESTION = "pending"
CLEARED = "cleared"


def marks(desk: Desk, postings: Iterable[Posting]) -> list[str]:
    """The mark of each posting: uncleared while it is on no statement, pending while its line waits for an
    answer or is disputed, cleared when both have the same amount."""
    postings = list(postings)
    stated = desk.read(queries.statements, months={one.month for one in postings}) if postings else []
    lines = desk.read(queries.lines, [one.record for one in stated])
    known = {
        content(posting_of(one, line)): mark_of(line.state) for one in stated for line in lines[one.record]
    }
    return [known.get(content(one), UNCLEARED) for one in postings]


def mark_of(state: str) -> str:
    """The mark of a stated line, by how it stands."""
    return CLEARED if state in (AGREED, CONCEDED) else IN_QUESTION


def content(one: Posting) -> tuple[object, ...]:
    """What makes a charge the same as a stated one: all but the tariff it comes from."""
    return (one.trade, one.month, one.kind, one.from_day, one.to_day, one.weekly, one.pence, one.corrects)
