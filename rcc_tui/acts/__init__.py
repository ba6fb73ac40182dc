"""Every kind of act there is. A new kind is one new file and one line here."""

from __future__ import annotations

from rcc_tui.acts import children, providers, referrals, requests, settings, tariffs, trades, vacancies
from rcc_tui.acts.kind import Kind

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        children.CHILD,
        children.EPISODE,
        providers.KIND,
        referrals.KIND,
        requests.KIND,
        settings.KIND,
        tariffs.ADOPTION,
        tariffs.TARIFF,
        trades.KIND,
        vacancies.KIND,
    )
}
