"""A tariff written as the TOML document that `tariff_from_toml` reads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from rcc_tui.domain.money import pounds
from rcc_tui.domain.price_list import Rate, Score, Tariff

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def tariff_to_toml(tariff: Tariff, note: str = "") -> str:
    """The document: read again it is the same tariff. `note` stands above it, as a comment.

    Rates stand by type and ages, scores by item, in the order in which each comes first; in a document they
    cannot stand otherwise.
    """
    parts = [
        [f"# {line}" for line in _plain(note)],
        list(_head(tariff)),
        list(_rules(tariff)),
        list(_list("notice", (f"nights_from = {n.nights_from}, days = {n.days}" for n in tariff.notice))),
        list(
            _list("bands", (f"name = {_text(b.name)}, low = {b.low}, high = {b.high}" for b in tariff.bands))
        ),
        list(_scores(tariff.scores)),
        *_rates(tariff.rates),
        list(_extras(tariff)),
    ]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _plain(note: str) -> list[str]:
    return ["".join(char for char in line if char.isprintable()) for line in note.splitlines()]


def _head(tariff: Tariff) -> Iterator[str]:
    yield f"name = {_text(tariff.name)}"
    yield f"version = {tariff.version}"
    yield f"valid_from = {_text(tariff.valid_from)}"
    yield f"valid_to = {_text(tariff.valid_to)}"
    yield f"worked_example = {str(tariff.worked_example).lower()}"


def _rules(tariff: Tariff) -> Iterator[str]:
    yield f"sibling_percent = {tariff.sibling_percent}"
    yield f"emergency_premium = {_price(tariff.emergency_premium)}"
    yield f"emergency_nights = {tariff.emergency_nights}"
    yield f"retainer_percent = {tariff.retainer_percent}"
    yield f"uplift = {tariff.uplift}"


def _list(name: str, entries: Iterable[str]) -> Iterator[str]:
    rows = [f"    {{ {entry} }}," for entry in entries]
    if rows:
        yield from (f"{name} = [", *rows, "]")


def _scores(scores: Iterable[Score]) -> Iterator[str]:
    by_item: dict[str, list[str]] = {}
    for one in scores:
        by_item.setdefault(one.item, []).append(f"{_key(one.value)} = {one.points}")
    if by_item:
        yield "[scores]"
    for item, values in by_item.items():
        yield f"{_key(item)} = {{ {', '.join(values)} }}"


def _rates(rates: Iterable[Rate]) -> Iterator[list[str]]:
    by_type: dict[str, dict[str, list[str]]] = {}
    for one in rates:
        row = by_type.setdefault(one.type, {}).setdefault(f"{one.age_min}-{one.age_max}", [])
        row.append(f"{_key(one.band)} = {_price(one.weekly)}")
    for kind, rows in by_type.items():
        yield [
            f"[rates.{_key(kind)}]",
            *(f'"{ages}" = {{ {", ".join(prices)} }}' for ages, prices in rows.items()),
        ]


def _extras(tariff: Tariff) -> Iterator[str]:
    if tariff.extras:
        yield "[extras]"
    for one in tariff.extras:
        price, part = _price(one.pence), _text(one.part)
        yield f"{_key(one.name)} = {{ per = {_text(one.per)}, price = {price}, part = {part} }}"


def _price(pence: int) -> str:
    return f'"{pounds(pence).replace("£", "").replace(",", "")}"'


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _text(value: str) -> str:
    """A basic string: quotes, backslashes and whatever is not seen written as escapes."""
    return '"' + "".join(_char(char) for char in value) + '"'


def _char(char: str) -> str:
    if char in '"\\':
        return f"\\{char}"
    return char if char.isprintable() else f"\\U{ord(char):08X}"
