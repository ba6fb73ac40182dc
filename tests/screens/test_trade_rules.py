"""Which keys apply to a trade; what is said where they do not fits the status line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rcc_tui.domain.terms import Line, Terms
from rcc_tui.services.trades import STATES, TradeView
from screens.trade_rules import why_not
from screens.trade_text import head_lines, next_step
from screens.widgets.text import cell_width

ACTIONS = ("accept", "decline", "counter", "withdraw", "begin", "notice", "keep", "end", "dispute", "settle")
MESSAGE_ROOM = 60
TERMS = Terms(
    *("870", "931", "", "", "", "Thames House", "U6", "2026-12-01", "", 12, "F", 1, "", ""),
    lines=(Line("agreed", 70000),),
    weekly=70000,
    notice_days=7,
)
TRADE = TradeView(
    id="ab" * 16,
    state="proposed",
    buyer="870",
    seller="931",
    buyer_name="Reading",
    seller_name="Windsor and Maidenhead",
    terms=TERMS,
    terms_hash="cd" * 32,
    proposal="ef" * 32,
    proposer="870",
    signed_by=("870",),
    weekly=70000,
    lines=TERMS.lines,
    start="2026-12-01",
    end="",
    valid_until="2026-12-08",
    setting_name="Thames House",
    flags=(),
    started_buyer="",
    started_seller="",
    ended_buyer="",
    ended_seller="",
    notice_on="",
    end_reason="",
    reason="",
    my_turn=False,
    request="",
)
ANSWERER = {
    "proposed": {"accept", "decline", "counter"},
    "lapsed": {"decline", "counter"},
    "agreed": {"counter", "begin", "notice", "dispute"},
    "started": {"counter", "begin", "notice", "end", "dispute"},
    "ended": {"end", "dispute"},
    "settled": {"end", "dispute"},
}
PROPOSER = {**ANSWERER, "proposed": {"counter", "withdraw"}, "lapsed": {"counter", "withdraw"}}


def may(trade: TradeView, code: str) -> set[str]:
    """The actions that are open to a code."""
    return {action for action in ACTIONS if not why_not(action, trade, code)}


@pytest.mark.parametrize("state", STATES)
def test_what_each_party_may_do(state: str) -> None:
    trade = replace(TRADE, state=state)
    assert may(trade, "870") == PROPOSER.get(state, set())
    assert may(trade, "931") == ANSWERER.get(state, set())
    assert may(trade, "HUB-N") == set()
    assert may(trade, "850") == set()


@pytest.mark.parametrize("state", STATES)
def test_reasons_are_read_whole_in_the_smallest_window(state: str) -> None:
    for flags in ((), ("contested",)):
        trade = replace(TRADE, state=state, flags=flags)
        for code in ("870", "931", "HUB-N"):
            for action in ACTIONS:
                assert cell_width(why_not(action, trade, code)) <= MESSAGE_ROOM


def test_who_answers_a_change_that_waits() -> None:
    for state in ("agreed", "started"):
        trade = replace(TRADE, state=state, change=replace(TERMS, weekly=80000), change_proposer="870")
        assert may(trade, "870") - ANSWERER[state] == {"withdraw"}
        assert may(trade, "931") - ANSWERER[state] == {"accept", "decline"}
        assert "w withdraws it" in next_step(trade, "870")
        assert "a accepts" in next_step(trade, "931")
        assert cell_width(why_not("accept", trade, "870")) <= MESSAGE_ROOM
    ended = replace(TRADE, state="ended", change=TERMS, change_proposer="870")
    assert may(ended, "931") == ANSWERER["ended"]


def test_days_kept_open_need_a_retainer() -> None:
    terms = replace(TERMS, retainer_percent=50)
    for state in ("agreed", "started", "ended"):
        assert not why_not("keep", replace(TRADE, state=state, terms=terms), "870")
        assert "No retainer" in why_not("keep", replace(TRADE, state=state), "870")
    assert "nothing is agreed" in why_not("keep", replace(TRADE, terms=terms), "870")


def test_a_contested_agreement_waits_for_a_settlement() -> None:
    trade = replace(TRADE, state="agreed", flags=("contested",))
    assert may(trade, "870") == may(trade, "931") == {"settle", "dispute"}
    assert "s settles" in next_step(trade, "870")
    assert next_step(trade, "HUB-N") == ""


def test_flags_are_told_by_letter_and_words() -> None:
    lines = [line.plain for line in head_lines(replace(TRADE, flags=("overbooked", "off-tariff")), "870")]
    assert "O overbooked: more places were given out than there are" in lines
    assert "o off-tariff: the price is not that of the tariff" in lines
