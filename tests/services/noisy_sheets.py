"""Spreadsheets as offices send them: seeded noise over what the ledger has, and what each row truly is."""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from rcc_tui.domain.dates import month_end
from rcc_tui.domain.money import charge_pence
from rcc_tui.services.matching import Due

_TREES = (
    "Oak",
    "Elm",
    "Ash",
    "Beech",
    "Birch",
    "Cedar",
    "Hazel",
    "Holly",
    "Laurel",
    "Lime",
    "Maple",
    "Rowan",
)
_KINDS = ("House", "Lodge", "Cottage", "Court", "Grange", "View", "Manor", "Farm", "Villas", "Retreat")
_PLACES = ("Hill", "Brook", "Mead", "Field", "Bank", "Green", "Mill", "Church", "Station", "Bridge")
_HEADINGS = (
    {
        "setting": "Placement name",
        "start": "Date from",
        "end": "Date to",
        "weekly": "Weekly rate (£)",
        "amount": "Total",
    },
    {
        "setting": "Home",
        "start": "Start Date",
        "end": "End Date",
        "weekly": "Weekly Cost",
        "amount": "Amount due",
    },
    {"setting": "Provider", "start": "From", "end": "To", "weekly": "Rate per week", "amount": "Charge"},
)
TRADE = "trade"


@dataclass(frozen=True, slots=True)
class Noisy:
    """A made file: the path, the ledger's months, and by line the trade it is truly about (empty: none)."""

    path: Path
    dues: tuple[Due, ...]
    truth: dict[int, str]
    twins: frozenset[int]


def made_dues(chance: random.Random, count: int, month: str) -> list[Due]:
    """Months of `count` trades in homes of which some have several."""
    homes = [
        f"{chance.choice(_TREES)} {chance.choice(_PLACES)} {chance.choice(_KINDS)}" for _ in range(count)
    ]
    first, stop = date.fromisoformat(f"{month}-01"), month_end(month)
    found = []
    for number in range(count):
        whole = chance.random() < 0.6
        start = first if whole else first + timedelta(days=chance.randrange(0, 20))
        end = stop if whole or chance.random() < 0.5 else start + timedelta(days=chance.randrange(3, 9))
        weekly = chance.randrange(40_000, 700_000, 250)
        pence = charge_pence(weekly, (end - start).days)
        name = chance.choice(homes[: number + 1])
        found.append(
            Due(
                f"{chance.getrandbits(128):032x}",
                month,
                name,
                start.isoformat(),
                end.isoformat(),
                weekly,
                pence,
            )
        )
    return found


def write(folder: Path, seed: int, count: int = 60) -> Noisy:
    """A file of one month: most rows with some noise, some twice, some of no trade here."""
    chance = random.Random(seed)
    dues = made_dues(chance, count, "2026-11")
    headings = chance.choice(_HEADINGS)
    columns = list(headings)
    chance.shuffle(columns)
    listed = [one for one in dues if chance.random() < 0.93]
    chance.shuffle(listed)
    rows: list[tuple[str, dict[str, str]]] = [(one.trade, _row(chance, one)) for one in listed]
    doubled = [rows[number] for number in chance.sample(range(len(rows)), 2)]
    strangers = made_dues(chance, 4, "2026-11")
    rows += doubled + [("", _row(chance, one)) for one in strangers]
    chance.shuffle(rows)
    path = folder / f"noisy-{seed}.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([headings[column] for column in columns])
        writer.writerows([[row[column] for column in columns] for _, row in rows])
    twice = {trade for trade, _ in doubled}
    truth = {line: trade for line, (trade, _) in enumerate(rows, start=2)}
    return Noisy(path, tuple(dues), truth, frozenset(line for line, trade in truth.items() if trade in twice))


def _row(chance: random.Random, due: Due) -> dict[str, str]:
    start, end = date.fromisoformat(due.start), date.fromisoformat(due.end)
    if chance.random() < 0.15:
        start += timedelta(days=chance.choice((-2, -1, 1, 2)))
    if chance.random() < 0.2:
        end -= timedelta(days=1)
    pence = due.pence
    if chance.random() < 0.2:
        pence = round(pence, -2)
    elif chance.random() < 0.05:
        pence += chance.choice((-1, 1)) * chance.randrange(100, 2_000)
    return {
        "setting": _mistyped(chance, due.setting_name) if chance.random() < 0.4 else due.setting_name,
        "start": f"{start:%d/%m/%Y}",
        "end": f"{end:%d/%m/%Y}",
        "weekly": f"{due.weekly / 100:.2f}",
        "amount": f"£{pence / 100:,.2f}",
    }


def _mistyped(chance: random.Random, name: str) -> str:
    for _ in range(chance.randint(1, 2)):
        at = chance.randrange(1, len(name) - 1)
        name = chance.choice(
            (
                name[:at] + name[at + 1 :],
                name[:at] + name[at + 1] + name[at] + name[at + 2 :],
                name[:at] + chance.choice("abcdefghij") + name[at + 1 :],
            )
        )
    return chance.choice((name, name.upper(), name.replace("House", "Hse"), f"{name} Ltd"))


def score(found: Sequence[tuple[int, str]], noisy: Noisy) -> tuple[int, int, int]:
    """How many of the proposed (line, trade) are right, how many were proposed, how many could have been:
    rows that say what another one says as well can only be asked."""
    right = sum(noisy.truth[line] == trade for line, trade in found)
    possible = sum(bool(trade) and line not in noisy.twins for line, trade in noisy.truth.items())
    return right, len(found), possible
