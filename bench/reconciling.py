"""A region's year at the hub: derive the ledger, reconcile all pairs, open the matrix; beside SQL's own sum.

`python -m bench.reconciling` puts 20,000 agreed trades of nineteen authorities, all of 2026, straight into
the folded tables of a store (their signing and sealing is another benchmark's matter), so that the ledger has
240,000 postings. The floor is SQLite summing the same postings, stored as rows, by pair and month.
"""

from __future__ import annotations

import random
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median

import fixtures
from bench.liveness import Ticker
from bench.made import region
from db.folded import columns
from rcc_tui.acts.canonical import encode
from rcc_tui.config import Clock
from rcc_tui.domain.ledger import balances
from rcc_tui.domain.terms import Line, Terms
from rcc_tui.services import reconcile
from rcc_tui.services.desk import Desk
from rcc_tui.services.ledger import ledger

TRADES = 20_000
MONTHS = tuple(f"2026-{month:02d}" for month in range(1, 13))
MONTH = "2026-11"
RUNS = 3
_ONE_IN = 25  # trades whose two sides differ


def fill(desk: Desk, count: int) -> None:
    """Agreed trades over the whole year, one in 25 of which the two sides have dated differently."""
    chance = random.Random(5)
    codes = [one.code for one in fixtures.authorities()]
    with desk.store.transaction() as write:
        trade, charge = columns(write, "trade"), columns(write, "charge")
        trades, charges = [], []
        for number in range(count):
            buyer, seller = chance.sample(codes, 2)
            row, spans = _made(chance, number, buyer, seller)
            trades.append([row[name] for name in trade])
            charges += [[span[name] for name in charge] for span in spans]
        for table, names, rows in (("trade", trade, trades), ("charge", charge, charges)):
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


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        desk = region(Path(folder), ["870"])["870"]
        desk.clock = Clock(frozen=date(2026, 12, 31))
        fill(desk, TRADES)
        plain = Path(folder) / "postings.db"
        count = store_postings(desk, plain)
        assert sum(balances(ledger(desk)).values()) == 0
        least = _timed(lambda: floor(plain))
        derive = _timed(lambda: ledger(desk))
        one = _timed(lambda: reconcile.month(desk, MONTH))
        matrix = _timed(lambda: reconcile.matrix(desk, MONTHS))
        pair = reconcile.month(desk, MONTH).pairs[0]
        lines = _timed(lambda: reconcile.pair(desk, pair.seller, pair.buyer, MONTH))
        rows = sum(len(view.rows) for view in reconcile.month(desk, MONTH).pairs)
        print(f"  {TRADES:,} trades, {count:,} postings; {rows:,} rows in the work list of {MONTH}")
        print(f"  {'':44}{'seconds':>9}{'× floor':>9}")
        for name, took in (
            ("floor: SQL sums the stored postings", least),
            ("derive the whole ledger", derive),
            ("reconcile all pairs of a month", one),
            ("open the matrix of twelve months", matrix),
            ("open one pair's month", lines),
        ):
            print(f"  {name:44}{took:9.3f}{took / least:9.1f}")
        stall = _stall(lambda: reconcile.matrix(desk, MONTHS))
        print(f"  longest stall of another thread meanwhile: {stall:.1f} ms")


if __name__ == "__main__":
    main()
