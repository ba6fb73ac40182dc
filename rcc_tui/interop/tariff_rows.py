"""A tariff as the rows of a CSV: the one `read_tariff` reads, so that it may be filled in and published."""

from __future__ import annotations

from rcc_tui.domain.money import pounds
from rcc_tui.domain.plain import clean
from rcc_tui.domain.price_list import Tariff
from rcc_tui.interop.tariff_csv import BANDS, EXTRAS, NOTICE, RATES, SCORES

Row = tuple[str, ...]


def tariff_rows(tariff: Tariff, note: str = "") -> list[Row]:
    """The top, then one table after another, with an empty row between; `note` is a row that is passed over.

    Amounts are plain numbers in pounds. No cell is one a spreadsheet would reckon with.
    """
    parts: list[list[Row]] = [
        [(f"# {clean(note)}",)] if note else [],
        _top(tariff),
        [BANDS, *((_safe(one.name), str(one.low), str(one.high)) for one in tariff.bands)],
        [SCORES, *((_safe(one.item), _safe(one.value), str(one.points)) for one in tariff.scores)],
        [
            RATES,
            *(
                (_safe(one.type), str(one.age_min), str(one.age_max), _safe(one.band), _plain(one.weekly))
                for one in tariff.rates
            ),
        ],
        [EXTRAS, *((_safe(one.name), one.per, _plain(one.pence), one.part) for one in tariff.extras)],
        [NOTICE, *((str(one.nights_from), str(one.days)) for one in tariff.notice)],
    ]
    rows: list[Row] = []
    for part in parts:
        if len(part) > 1 or (part and note and part is parts[0]):
            rows += [*([()] if rows else []), *part]
    return rows


def _top(tariff: Tariff) -> list[Row]:
    return [
        ("name", _safe(tariff.name)),
        ("version", str(tariff.version)),
        ("valid_from", tariff.valid_from),
        ("valid_to", tariff.valid_to),
        ("worked_example", "yes" if tariff.worked_example else "no"),
        ("sibling_percent", str(tariff.sibling_percent)),
        ("emergency_premium", _plain(tariff.emergency_premium)),
        ("emergency_nights", str(tariff.emergency_nights)),
        ("retainer_percent", str(tariff.retainer_percent)),
        ("uplift", str(tariff.uplift)),
    ]


def _plain(pence: int) -> str:
    return pounds(pence).replace("£", "").replace(",", "")


def _safe(text: str) -> str:
    """Text a spreadsheet takes for text: what it would take for a formula has an apostrophe before it."""
    told = clean(text)
    return f"'{told}" if told.lstrip().startswith(("=", "+", "-", "@")) else told
