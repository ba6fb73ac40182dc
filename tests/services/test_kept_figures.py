"""What is kept of the months of pairs is, after anything at all, what would be reckoned from nothing."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from pathlib import Path

import pytest

from db.queries import statements as queries
from db.queries.statements import StoredStatement
from rcc_tui.config import Clock
from rcc_tui.domain.errors import RccError
from rcc_tui.domain.needs import Needs
from rcc_tui.services import erasing, ledger, pair_months, reconcile, statements, trades
from rcc_tui.services.beside import beside
from rcc_tui.services.desk import Desk
from tests.conftest import RegionMaker
from tests.region import carry as bring
from tests.region import close_all

HUB = "HUB-N"
TRADING = ("870", "931", "868")
MONTHS = ("2026-11", "2026-12", "2027-01", "2027-02")
THROUGH = (date.min, date(2026, 12, 1), date(2027, 4, 1))
STEPS = 90


class Life:
    """A region in which anything may happen, by one chance."""

    def __init__(self, region: dict[str, Desk], chance: random.Random, box: Path) -> None:
        self.region, self.chance, self.box = region, chance, box

    def day(self) -> str:
        return (date(2026, 11, 1) + timedelta(days=self.chance.randrange(80))).isoformat()

    def price(self) -> int:
        return self.chance.randrange(100_00, 900_00)

    def begin(self) -> None:
        """A trade that is agreed and, as the seller says, has started."""
        buyer, seller = self.chance.sample(TRADING, 2)
        trade = self.record(self.region[buyer], seller)
        bring(self.region[buyer], self.region[seller], self.box)
        trades.accept(self.region[seller], trade)
        trades.start(self.region[seller], trade, "2026-11-05")

    def record(self, desk: Desk, other: str) -> str:
        return trades.record(
            desk,
            other,
            setting_name="Elm House",
            place="U6",
            start=self.day(),
            needs=Needs(age=12, sex="F"),
            weekly=self.price(),
            off_tariff="by telephone",
        ).id

    def everybody_hears(self) -> None:
        for one in self.region.values():
            for other in self.region.values():
                if one is not other:
                    bring(one, other, self.box)

    def days_pass(self) -> None:
        now = Clock(date(2027, 1, 20) + timedelta(days=self.chance.randrange(40)))
        for desk in self.region.values():
            desk.clock = now

    def happens(self) -> None:
        """One thing, which may be refused."""
        desk = self.region[self.chance.choice(TRADING)]
        kind = self.chance.choice(("trade", "trade", "statement", "statement", "issue", "hear", "rest"))
        known = trades.listing(desk, limit=200).rows
        stated = [one for one in desk.read(queries.statements) if desk.code in (one.seller, one.buyer)]
        if kind == "trade" and known:
            self.chance.choice(DONE)(self, desk, self.chance.choice(known).id)
        elif kind == "statement" and stated:
            self.chance.choice(SAID)(self, self.chance.choice(stated))
        elif kind == "issue":
            other = self.chance.choice([code for code in TRADING if code != desk.code])
            statements.issue(desk, other, self.chance.choice(MONTHS))
        elif kind == "hear":
            self.everybody_hears()
        elif kind == "rest":
            others = [code for code in TRADING if code != desk.code]
            self.chance.choice(
                (
                    self.days_pass,
                    self.chance.choice(list(self.region.values())).refold,
                    lambda: self.record(desk, self.chance.choice(others)),
                )
            )()


def _keep_open(life: Life, desk: Desk, trade: str) -> None:
    first = life.day()
    trades.keep_open(desk, trade, [(first, (date.fromisoformat(first) + timedelta(days=3)).isoformat())])


DONE: tuple[Callable[[Life, Desk, str], object], ...] = (
    lambda life, desk, trade: trades.accept(desk, trade),
    lambda life, desk, trade: trades.start(desk, trade, life.day()),
    lambda life, desk, trade: trades.end(desk, trade, life.day(), "CARPL"),
    lambda life, desk, trade: trades.end(desk, trade, life.day(), "CARPL"),
    lambda life, desk, trade: trades.notice(desk, trade, life.day()),
    lambda life, desk, trade: trades.change(
        desk, trade, effective=life.day(), weekly=life.price(), off_tariff="another"
    ),
    lambda life, desk, trade: trades.withdraw(desk, trade, "no"),
    lambda life, desk, trade: trades.dispute(desk, trade, "no"),
    lambda life, desk, trade: trades.resolve(desk, trade, "so", stands=life.chance.random() < 0.5),
    _keep_open,
    lambda life, desk, trade: life.chance.random() < 0.1 and erasing.erase(desk, trade, "asked for"),
)
SAID: tuple[Callable[[Life, StoredStatement], object], ...] = (
    lambda life, one: statements.agree(life.region[one.buyer], one.seller, one.month),
    lambda life, one: statements.agree(life.region[one.buyer], one.seller, one.month),
    lambda life, one: statements.dispute(
        life.region[one.buyer], one.seller, one.month, 1, life.price(), "another sum"
    ),
    lambda life, one: statements.concede(life.region[one.seller], one.buyer, one.month, [1]),
    lambda life, one: statements.close(life.region[HUB], one.seller, one.buyer, one.month),
    lambda life, one: statements.close(life.region[one.seller], one.seller, one.buyer, one.month),
)


@contextmanager
def besides(region: dict[str, Desk]) -> Iterator[list[Desk]]:
    """Every desk opened a second time, as the screens have it."""
    opened = {code: beside(desk) for code, desk in region.items()}
    try:
        yield list(opened.values())
    finally:
        close_all(opened)


def found(desk: Desk, through: date) -> list[object]:
    months = pair_months.pair_months(desk, through)
    rest = [(one.states, one.stated, one.disputes, one.done, one.due, one.settled) for one in months]
    return [reconcile.matrix(desk, MONTHS), pair_months.settled(desk), rest]


def is_as_new(desk: Desk, through: date) -> None:
    """What is kept is what is reckoned anew, and what the ledger adds up to."""
    kept = found(desk, through)
    pair_months.forget(desk)
    assert kept == found(desk, through)
    matrix = reconcile.matrix(desk, MONTHS)
    for month in MONTHS:
        sums: defaultdict[tuple[str, str], int] = defaultdict(int)
        for one in ledger.ledger(desk, month=month):
            sums[one.seller, one.buyer] += one.pence
        shown = {pair: cells[month].pence for pair, cells in matrix.items() if month in cells}
        assert {pair: pence for pair, pence in shown.items() if pence} == {
            pair: pence for pair, pence in sums.items() if pence
        }


@pytest.mark.parametrize("seed", [0, 7])
def test_kept_is_as_new_whatever_happens(new_region: RegionMaker, tmp_path: Path, seed: int) -> None:
    region = new_region((*TRADING, HUB))
    life = Life(region, random.Random(seed), tmp_path / "box")
    life.days_pass()
    for _ in range(6):
        life.begin()
    life.everybody_hears()
    with besides(region) as others:
        for step in range(STEPS):
            with suppress(RccError):
                life.happens()
            for desk in (*region.values(), *others) if step % 6 == 0 else ():
                is_as_new(desk, life.chance.choice(THROUGH))
        life.everybody_hears()
        life.everybody_hears()
        for desk in (*region.values(), *others):
            is_as_new(desk, date(2027, 3, 1))
    for desk in region.values():
        kept = found(desk, date(2027, 3, 1))
        desk.refold()
        assert found(desk, date(2027, 3, 1)) == kept
        for trade in trades.listing(desk, limit=200).rows:
            assert trades.show(region[HUB], trade.id).state == trade.state
