"""Every kind of act there is. A new kind is one new file and one line here."""

from __future__ import annotations

from rcc_tui.acts import (
    children,
    erasure,
    providers,
    referrals,
    requests,
    searches,
    settings,
    sheets,
    standing,
    statements,
    tariffs,
    trades,
    vacancies,
)
from rcc_tui.acts.kind import Kind

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        children.CHILD,
        children.EPISODE,
        erasure.KIND,
        providers.KIND,
        referrals.KIND,
        requests.KIND,
        searches.KIND,
        settings.KIND,
        sheets.KIND,
        standing.KIND,
        statements.KIND,
        tariffs.ADOPTION,
        tariffs.TARIFF,
        trades.KIND,
        vacancies.KIND,
    )
}

# Acts about logs and records as such. They decide what else counts, so they are folded before all others,
# and stand on what the signatures and the roll alone say of the logs they are in.
LAWS = frozenset({erasure.KIND.name, standing.KIND.name})

# Kinds that are never erased: those, and what money rests on. A party that could erase a trade could erase
# its debt; prices name nobody.
ENDURING = LAWS | {tariffs.TARIFF.name, tariffs.ADOPTION.name, statements.KIND.name, trades.KIND.name}
