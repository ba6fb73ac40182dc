"""How the price of agreed or proposed terms came about, step by step, where that can be told."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from db.queries import trades as queries
from rcc_tui.domain.errors import RccError
from rcc_tui.domain.needs import Needs, check_needs
from rcc_tui.domain.quote import extras_in, quote
from rcc_tui.domain.terms import Terms
from rcc_tui.domain.vacancy import care_type
from rcc_tui.services import tariffs
from rcc_tui.services.desk import Desk


def steps_of(desk: Desk, terms: Terms) -> tuple[str, ...]:
    """The steps of the quote, by the tariff the terms name and the need their referral tells.

    Nothing where the price is off the tariff, where tariff or referral is not known here, or where they do
    not lead to the very lines of the terms.
    """
    told = desk.read(queries.referral, terms.referral) if terms.referral else None
    tariff = next((one for one in tariffs.listing(desk) if one.id == terms.tariff), None)
    if told is None or tariff is None:
        return ()
    try:
        needs = check_needs(msgspec.json.decode(told[1], type=Needs))
        emergency = any(line.nights for line in terms.lines)
        needs = replace(needs, age=terms.age, emergency=emergency)
        kind = care_type(terms.place)[0]
        found = quote(tariff.document(), needs, kind, terms.place, extras_in(terms))
    except (RccError, msgspec.DecodeError):
        return ()
    return tuple(step.text for step in found.steps) if found.lines == terms.lines else ()
