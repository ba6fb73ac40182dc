"""Tariffs: the document, the check of it, the quote by it, and how it is read from TOML."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from rcc_tui.domain.dates import iso_date
from rcc_tui.domain.errors import Refused
from rcc_tui.domain.money import half_up, parse_pounds
from rcc_tui.domain.price_list import BandRange, Extra, NoticeRule, Rate, Score, Step, Tariff
from rcc_tui.domain.quote import Quote, notice_days, quote, retainer
from rcc_tui.domain.tariff_check import check_tariff

__all__ = [
    "BandRange",
    "Extra",
    "NoticeRule",
    "Quote",
    "Rate",
    "Score",
    "Step",
    "Tariff",
    "check_tariff",
    "in_force",
    "notice_days",
    "quote",
    "retainer",
    "tariff_from_toml",
    "uplifted",
]

_KEYS = frozenset(
    (
        *(
            "name",
            "version",
            "valid_from",
            "valid_to",
            "worked_example",
            "bands",
            "scores",
            "rates",
            "extras",
        ),
        *("sibling_percent", "emergency_premium", "emergency_nights", "retainer_percent", "notice", "uplift"),
    )
)


def in_force(tariff: Tariff, day: date) -> bool:
    """Whether the tariff's own dates cover a day; that both authorities adopted it is another matter."""
    if day < iso_date(tariff.valid_from, "valid_from"):
        return False
    return not tariff.valid_to or day <= iso_date(tariff.valid_to, "valid_to")


def uplifted(tariff: Tariff, valid_from: str) -> Tariff:
    """The next version, every price raised by the tariff's uplift and rounded half up."""
    factor = 1 + Fraction(tariff.uplift, 10_000)

    def raised(pence: int) -> int:
        return half_up(pence * factor)

    return check_tariff(
        replace(
            tariff,
            version=tariff.version + 1,
            valid_from=valid_from,
            valid_to="",
            rates=tuple(replace(rate, weekly=raised(rate.weekly)) for rate in tariff.rates),
            extras=tuple(replace(extra, pence=raised(extra.pence)) for extra in tariff.extras),
            emergency_premium=raised(tariff.emergency_premium),
        )
    )


def tariff_from_toml(text: str) -> Tariff:
    """Read and check a tariff document. Raises Refused naming the key; prices are strings in pounds."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Refused(
            f"The tariff is not TOML: {error}.", where="tariff", hint="Correct that line."
        ) from None
    if unknown := sorted(set(document) - _KEYS):
        raise Refused(f"“{unknown[0]}” is no part of a tariff.", where=unknown[0], hint="Remove it.")
    return check_tariff(
        Tariff(
            name=_text(document, "name"),
            version=_whole(document, "version", 1),
            valid_from=_text(document, "valid_from"),
            valid_to=_text(document, "valid_to", ""),
            worked_example=_truth(document, "worked_example"),
            bands=tuple(_band(entry) for entry in _entries(document, "bands")),
            scores=tuple(_scores(_table(document, "scores"))),
            rates=tuple(_rates(_table(document, "rates"))),
            extras=tuple(_extra(name, entry) for name, entry in _table(document, "extras").items()),
            sibling_percent=_whole(document, "sibling_percent", 100),
            emergency_premium=parse_pounds(_text(document, "emergency_premium", "0"), "emergency_premium"),
            emergency_nights=_whole(document, "emergency_nights", 0),
            retainer_percent=_whole(document, "retainer_percent", 0),
            notice=tuple(_notice(entry) for entry in _entries(document, "notice")),
            uplift=_whole(document, "uplift", 0),
        )
    )


def _wrong(key: str, wanted: str) -> Refused:
    return Refused(f"{key} is not {wanted}.", where=key, hint="Correct the tariff document.")


def _text(table: dict[str, Any], key: str, absent: str | None = None, where: str = "") -> str:
    value = table.get(key, absent)
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str):
        raise _wrong(where or key, "text in quotes")
    return value


def _whole(table: dict[str, Any], key: str, absent: int | None = None, where: str = "") -> int:
    value = table.get(key, absent)
    if isinstance(value, bool) or not isinstance(value, int):
        raise _wrong(where or key, "a whole number")
    return value


def _truth(table: dict[str, Any], key: str) -> bool:
    value = table.get(key, False)
    if not isinstance(value, bool):
        raise _wrong(key, "true or false")
    return value


def _table(table: dict[str, Any], key: str, where: str = "") -> dict[str, Any]:
    value = table.get(key, {})
    if not isinstance(value, dict):
        raise _wrong(where or key, "a table")
    return value


def _entries(table: dict[str, Any], key: str) -> list[dict[str, Any]]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise _wrong(key, "a list of tables")
    return value


def _band(entry: dict[str, Any]) -> BandRange:
    return BandRange(_text(entry, "name", None, "bands"), _whole(entry, "low"), _whole(entry, "high"))


def _scores(table: dict[str, Any]) -> list[Score]:
    return [
        Score(item, value, _whole(values, value, None, f"scores.{item}.{value}"))
        for item in table
        for values in (_table(table, item, f"scores.{item}"),)
        for value in values
    ]


def _rates(table: dict[str, Any]) -> list[Rate]:
    """[rates.TYPE] then "11-15" = { BAND = "450.00", … } for each range of ages."""
    rates: list[Rate] = []
    for kind in table:
        rows = _table(table, kind, f"rates.{kind}")
        for ages in rows:
            where = f"rates.{kind}.{ages}"
            low, high = _ages(ages, where)
            prices = _table(rows, ages, where)
            rates += [
                Rate(kind, low, high, band, parse_pounds(_text(prices, band, None, f"{where}.{band}"), where))
                for band in prices
            ]
    return rates


def _ages(text: str, where: str) -> tuple[int, int]:
    low, dash, high = text.replace("–", "-").partition("-")
    if not (dash and low.isascii() and low.isdigit() and high.isascii() and high.isdigit()):
        raise _wrong(where, "a range of ages like 11-15")
    return int(low), int(high)


def _extra(name: str, entry: object) -> Extra:
    where = f"extras.{name}"
    if not isinstance(entry, dict):
        raise _wrong(where, "a table")
    price = parse_pounds(_text(entry, "price", None, f"{where}.price"), f"{where}.price")
    part = _text(entry, "part", "additional", f"{where}.part")
    return Extra(name, _text(entry, "per", None, f"{where}.per"), price, part)


def _notice(entry: dict[str, Any]) -> NoticeRule:
    return NoticeRule(_whole(entry, "nights_from"), _whole(entry, "days"))
