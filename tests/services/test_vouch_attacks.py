"""A hub's word for an authority without a desk, where it is given too late, twice, or for something dead."""

from __future__ import annotations

from pathlib import Path

import pytest

from rcc_tui.acts import trades as acts
from rcc_tui.acts.terms import terms_hash
from rcc_tui.domain.errors import Refused
from rcc_tui.services import trades
from rcc_tui.services.desk import Desk
from tests.services.test_trade_vouching import PAIR, desks, flags, join, told
from tests.trading import BUYER, HUB, settle

__all__ = ["desks", "told"]


def test_no_old_roll_excuses_a_hub_that_heard_the_authority_sign(
    desks: dict[str, Desk], box: Path, told: str
) -> None:
    """Bracknell has countersigned; of a change the hub says that it agreed, by the roll of before."""
    trades.vouch(desks[HUB], told, "paper")
    settle(desks, box)
    trades.accept(join(desks, box.parent), told)
    settle(desks, box)
    trades.change(desks[BUYER], told, effective="2026-12-10", weekly=100_00, off_tariff="less")
    settle(desks, box)
    view = trades.show(desks[HUB], told)
    assert view.change is not None
    act = acts.Vouch(bytes.fromhex(view.change_proposal), terms_hash(view.change), "paper", 1)
    with pytest.raises(Refused, match="was known to have signed"), desks[HUB].writing() as w:
        w.act("trade", act, record=told, audience=PAIR)


@pytest.mark.parametrize("again", ["countersigned", "entered twice"])
def test_to_agree_once_more_is_no_quarrel_that_could_be_resolved(
    desks: dict[str, Desk], box: Path, told: str, again: str
) -> None:
    """Else one side alone could resolve that what nobody disputes does not stand, and no start be stated."""
    view = trades.vouch(desks[HUB], told, "paper")
    settle(desks, box)
    if again == "countersigned":
        trades.accept(join(desks, box.parent), told)
    else:
        twice = acts.Vouch(bytes.fromhex(view.proposal), view.terms_hash, "telephone", 1)
        with desks[HUB].writing() as w:
            w.act("trade", twice, record=told, audience=PAIR)
    settle(desks, box)
    assert {state for state, *_ in flags(desks, told)} == {"agreed"}
    with pytest.raises(Refused, match="resolves nothing"), desks[BUYER].writing() as w:
        w.act("trade", acts.Resolve(False, "changed our mind"), record=told, audience=PAIR)
    assert trades.start(desks[BUYER], told, "2026-11-03").state == "started"


def test_nothing_is_entered_after_the_proposal_was_withdrawn(
    desks: dict[str, Desk], box: Path, told: str
) -> None:
    view = trades.withdraw(desks[BUYER], told, "no longer needed")
    settle(desks, box)
    act = acts.Vouch(bytes.fromhex(view.proposal), view.terms_hash, "paper", 1)
    with pytest.raises(Refused, match="withdrawn"), desks[HUB].writing() as w:
        w.act("trade", act, record=told, audience=PAIR)


def test_what_was_given_up_is_not_countersigned(desks: dict[str, Desk], box: Path, told: str) -> None:
    trades.vouch(desks[HUB], told, "paper")
    settle(desks, box)
    joined = join(desks, box.parent)
    trades.dispute(joined, told, "no such child")
    settle(desks, box)
    trades.resolve(desks[BUYER], told, "a mistake of ours", stands=False)
    settle(desks, box)
    with pytest.raises(Refused, match="withdrawn"):
        trades.accept(joined, told)
    assert flags(desks, told) == {("withdrawn", BUYER, "off-tariff")}
