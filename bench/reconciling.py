"""A region's year at the hub: derive the ledger, reconcile all pairs, open the matrix; beside SQL's own sum.

`python -m bench.reconciling` puts 20,000 agreed trades of nineteen authorities, all of 2026, straight into
the folded tables of a store (their signing and sealing is another benchmark's matter), so that the ledger has
240,000 postings. The floor is SQLite summing the same postings, stored as rows, by pair and month.
"""

from __future__ import annotations

import gc
import random
import sqlite3
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from statistics import median
from typing import TypeVar

import fixtures
from bench.liveness import Ticker
from bench.made import region
from db.folded import columns, note_changes
from rcc_tui.acts.canonical import encode
from rcc_tui.config import Clock
from rcc_tui.domain.ledger import Posting, balances
from rcc_tui.domain.terms import Line, Terms
from rcc_tui.services import pair_months, reconcile
from rcc_tui.services.desk import Desk
from rcc_tui.services.ledger import ledger
from rcc_tui.services.today import today

TRADES = 20_000
MONTHS = tuple(f"2026-{month:02d}" for month in range(1, 13))
MONTH = "2026-11"
RUNS = 3
T = TypeVar("T")
_ONE_IN = 25  # trades whose two sides differ


def fill(desk: Desk, count: int) -> None:
    """Agreed trades over the whole year, one in 25 of which the two sides have dated differently. A hub hears
    of all, an authority of its own."""
    chance = random.Random(5)
    codes = [one.code for one in fixtures.authorities()]
    with desk.store.transaction() as write:
        trade, charge = columns(write, "trade"), columns(write, "charge")
        trades, charges = [], []
        for number in range(count):
            buyer, seller = chance.sample(codes, 2)
            row, spans = _made(chance, number, buyer, seller)
            if desk.role != "hub" and desk.code not in (buyer, seller):
                continue
            trades.append([row[name] for name in trade])
            charges += [[span[name] for name in charge] for span in spans]
        for table, names, rows in (("trade", trade, trades), ("charge", charge, charges)):
            _insert(write, table, names, rows)
        note_changes(write, {str(row[trade.index("audience")]) for row in trades})


def close(desk: Desk, months: Sequence[str]) -> int:
    """Every pair has stated, agreed and closed these months; how many lines that is."""
    stated: defaultdict[tuple[str, str, str], list[Posting]] = defaultdict(list)
    for one in ledger(desk):
        if one.month in months:
            stated[one.month, one.seller, one.buyer].append(one)
    with desk.store.transaction() as write:
        names = columns(write, "statement")
        line_names = columns(write, "statement_line")
        heads, lines = [], []
        for number, ((month, seller, buyer), postings) in enumerate(stated.items()):
            first, second = sorted((seller, buyer))
            both: dict[str, object] = {"record": f"s{number:031x}", "audience": f"pair:{first}:{second}"}
            head = {**both, "month": month, "seller": seller, "buyer": buyer, "issued": "", "clock": number}
            head |= {"total": sum(one.pence for one in postings), "heard": "[]", "closed": 1}
            heads.append([{**head, "closed_by": seller}[name] for name in names])
            lines += [[_line(both, at, one)[name] for name in line_names] for at, one in enumerate(postings)]
        _insert(write, "statement", names, heads)
        _insert(write, "statement_line", line_names, lines)
        note_changes(write, {str(head[names.index("audience")]) for head in heads})
    return len(lines)


def _line(both: dict[str, object], at: int, one: Posting) -> dict[str, object]:
    days = {"start": one.from_day.isoformat(), "end": one.to_day.isoformat(), "nights": one.nights}
    sums = {"weekly": one.weekly, "pence": one.pence, "settled": one.pence, "answer": one.pence}
    rest = {"corrects": "", "state": "agreed", "reason": ""}
    return {**both, "at": at, "trade": one.trade, "kind": one.kind, **days, **sums, **rest}


def _insert(
    write: sqlite3.Connection, table: str, names: Sequence[str], rows: Iterable[Sequence[object]]
) -> None:
    marks = ", ".join("?" * len(names))
    write.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", rows)


def _made(
    chance: random.Random, number: int, buyer: str, seller: str
) -> tuple[dict[str, object], list[dict[str, object]]]:
    weekly = chance.randrange(40_000, 700_000, 250)
    start = "2026-01-01"
    terms = Terms(
        buyer=buyer,
        seller=seller,
        referral="",
        vacancy="",
        setting="",
        setting_name=f"Home {number}",
        place="U6",
        start=start,
        end="",
        age=12,
        sex="F",
        places=1,
        tariff="",
        band="Core",
        lines=(Line("core", weekly),),
        weekly=weekly,
        notice_days=7,
    )
    record = f"{number:032x}"
    first, second = sorted((buyer, seller))
    told = start if number % _ONE_IN else "2026-11-05"
    text = encode(terms).decode()
    both = {"record": record, "audience": f"pair:{first}:{second}", "buyer": buyer, "seller": seller}
    row: dict[str, object] = {
        **both,
        **dict.fromkeys(
            ("vacancy", "referral", "setting", "end", "valid_until", "notice_on", "ended_buyer"), ""
        ),
        **dict.fromkeys(("ended_seller", "end_reason", "reason", "acceptance", "change"), ""),
        **dict.fromkeys(("change_proposal", "change_proposer", "said_buyer", "said_seller"), ""),
        "setting_name": terms.setting_name,
        "state": "started",
        "terms": text,
        "terms_hash": "",
        "proposal": record * 2,
        "proposer": buyer,
        "signed_by": "[]",
        "weekly": weekly,
        "start": start,
        "off_tariff": 0,
        "contested": 0,
        "disputed": 0,
        "started_buyer": told,
        "started_seller": start,
        "versions": f"[{text}]",
        "vouched": "[]",
        "kept_buyer": "[]",
        "kept_seller": "[]",
    }
    span = {**both, "start": start, "end": "", "weekly": weekly, "kind": "care", "tariff": ""}
    return row, [span]


def floor(postings: Path) -> float:
    """Seconds for SQLite to sum the postings by pair and month, from rows in a plain file."""
    base = sqlite3.connect(postings)
    began = time.perf_counter()
    base.execute("SELECT seller, buyer, month, SUM(pence) FROM posting GROUP BY 1, 2, 3").fetchall()
    took = time.perf_counter() - began
    base.close()
    return took


def store_postings(desk: Desk, path: Path) -> int:
    """The ledger's postings as plain rows; how many."""
    rows = [
        (one.trade, one.month, one.seller, one.buyer, one.nights, one.weekly, one.pence, one.kind)
        for one in ledger(desk)
    ]
    base = sqlite3.connect(path)
    with base:
        base.execute("CREATE TABLE posting (trade, month, seller, buyer, nights, weekly, pence, kind)")
        base.executemany("INSERT INTO posting VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
    base.close()
    return len(rows)


def _timed(work: Callable[[], object]) -> float:
    took = []
    for _ in range(RUNS):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return median(took)


def _stall(work: Callable[[], object]) -> float:
    """The longest stall, in milliseconds, of a thread that ticks beside the work."""
    ticker = Ticker()
    thread = threading.Thread(target=ticker.thread)
    thread.start()
    work()
    ticker.stop()
    thread.join()
    return ticker.longest


def _anew(desk: Desk, work: Callable[[], T]) -> T:
    """Work that finds nothing kept of the months of pairs."""
    pair_months.forget(desk)
    return work()


def _rows_of(named: Sequence[tuple[str, Callable[[], object]]], least: float) -> None:
    for name, work in named:
        took = _timed(work)
        print(f"  {name:52}{took:9.3f}{took / least:9.1f}{_stall(work):9.1f}")


def _figures(desk: Desk, least: float) -> None:
    pair = next(iter(reconcile.matrix(desk, MONTHS)))
    named: tuple[tuple[str, Callable[[], object]], ...] = (
        ("derive the whole ledger (the command alone does)", lambda: ledger(desk)),
        ("reconcile all pairs of a month", lambda: reconcile.month(desk, MONTH)),
        (
            "the matrix of twelve months, nothing kept",
            lambda: _anew(desk, lambda: reconcile.matrix(desk, MONTHS)),
        ),
        ("the matrix again", lambda: reconcile.matrix(desk, MONTHS)),
        ("one pair's month", lambda: reconcile.pair(desk, *pair, MONTH)),
        ("Today, nothing kept", lambda: _anew(desk, lambda: today(desk))),
        ("Today again", lambda: today(desk)),
    )
    for name, work in named:
        took = _timed(work)
        print(f"  {name:52}{took:9.3f}{took / least:9.1f}{_stall(work):9.1f}")


def main() -> None:
    """Print the figures of a hub, which hears of all pairs, and of one authority: first while nobody has
    closed a month of the year, then with ten months closed.

    As in the application, what was there before is left alone by the collector of garbage.
    """
    with tempfile.TemporaryDirectory() as folder:
        desks = region(Path(folder), ["870", "HUB-N"])
        plain = Path(folder) / "postings.db"
        for desk in desks.values():
            desk.clock = Clock(frozen=date(2026, 12, 31))
            fill(desk, TRADES)
        hub = desks["HUB-N"]
        count = store_postings(hub, plain)
        assert sum(balances(ledger(hub)).values()) == 0
        least = _timed(lambda: floor(plain))
        rows = sum(len(view.rows) for view in reconcile.month(hub, MONTH).pairs)
        gc.collect()
        gc.freeze()
        print(f"  {TRADES:,} trades, {count:,} postings; {rows:,} rows in the work list of {MONTH}")
        print(f"  {'':52}{'seconds':>9}{'× floor':>9}{'stall ms':>9}")
        print(f"  {'floor: SQL sums the stored postings':52}{least:9.3f}{1:9.1f}")
        for months in ((), MONTHS[:10]):
            for code, desk in desks.items():
                lines = close(desk, months)
                print(f"  {code}, {len(months)} months closed: {lines:,} lines stated")
                _figures(desk, least)


if __name__ == "__main__":
    main()
