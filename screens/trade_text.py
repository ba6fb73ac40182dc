"""A trade in words: its terms, who signed them, the price line by line, what happened, what it costs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from rcc_tui.domain.codes import ENDING_REASONS, PLACE, REFUSAL_REASONS
from rcc_tui.domain.dates import show_date
from rcc_tui.domain.terms import Line, Terms
from rcc_tui.domain.worked_example import REMARK
from screens.pane import example_lines, fact, section, sum_line
from screens.trade_change_text import change_lines, kept_lines, version_lines
from screens.trade_rules import to_resolve, waiting
from screens.widgets.text import join, safe

if TYPE_CHECKING:
    from rcc_tui.domain.ledger import Posting
    from rcc_tui.services.history import HistoryLine
    from rcc_tui.services.tariffs import TariffView
    from rcc_tui.services.trades import TradeView

FLAGS = {
    "contested": ("C", "an acceptance and a withdrawal did not know of each other"),
    "overbooked": ("O", "more places were given out than there are"),
    "disputed": ("D", "one side disputes something of it"),
    "provisional": ("p", "the desk that gives the place out has not heard of it yet"),
    "off-tariff": ("o", "the price is not that of the tariff"),
    "uncountersigned": ("u", "a hub says that the other side, which had no desk, agreed"),
}
"""What may be amiss with a trade: the letter that marks it in the list, and what it means."""
_ANSWER = "a accepts, d declines, c changes the terms"
SEXES = {"F": "girl", "M": "boy", "U": "child, sex not recorded"}


def trade_lines(
    trade: TradeView,
    code: str,
    past: Sequence[HistoryLine],
    charges: Sequence[Posting],
    tariff: TariffView | None,
    steps: Sequence[str] = (),
) -> list[Content]:
    """Everything about a trade, as `code` sees it, section by section. `tariff` is the one its terms name,
    `steps` how its price came about."""
    return [
        *head_lines(trade, code),
        *section("A change that waits", change_lines(trade)),
        *section("Price a week", price_lines(trade.lines, trade.weekly)),
        *section("Paid a week by", [sum_line(one.name, one.pence) for one in trade.terms.funders]),
        *section("Signed by", signature_lines(trade)),
        *section("Terms", terms_lines(trade, tariff)),
        *section("The price step by step", [safe(f" {step}") for step in steps]),
        *section("Versions of the terms", version_lines(trade)),
        *section("Begin and end, as each side says", stated_lines(trade)),
        *section("Kept open and empty", kept_lines(trade)),
        *section("Charges", charge_lines(charges, code)),
        *section("History", history_lines(past)),
    ]


def head_lines(trade: TradeView, code: str) -> list[Content]:
    """What, with whom, how it stands and what is to be done."""
    lines = [
        join((f"{trade.setting_name}: {trade.state}", "bold")),
        safe(f"{trade.buyer_name} places a {child(trade.terms)} with {trade.seller_name}"),
    ]
    if trade.flags:
        lines += [safe(_flag_line(flag), "bold") for flag in trade.flags]
    if step := next_step(trade, code):
        lines.append(safe(f"{'!' if trade.my_turn else '>'} {step}", "bold"))
    if trade.reason:
        lines.append(fact("Reason", _refusal(trade.reason)))
    return lines


def _flag_line(flag: str) -> str:
    letter, words = FLAGS.get(flag, ("!", ""))
    return f"{letter} {flag}: {words}".rstrip(": ")


def child(terms: Terms) -> str:
    """`girl of 12`, `boy of 9 with 2 more of the family`: the child as far as it may be known."""
    one = f"{SEXES.get(terms.sex, terms.sex)} of {terms.age}"
    return one if terms.places < 2 else f"{one} with {terms.places - 1} more of the family"


def next_step(trade: TradeView, code: str) -> str:
    """What may be done next, and by which key; "" where nothing is."""
    if code not in (trade.buyer, trade.seller):
        return ""
    if waiting(trade):
        own = "Theirs to answer: a change; c changes it, w withdraws it."
        return own if trade.change_proposer == code else f"A change waits: {_ANSWER}."
    if to_resolve(trade):
        return "s settles whether it stands."
    if trade.vouched and trade.my_turn:
        return "A hub has agreed for us: a countersigns, i disputes."
    if trade.state == "lapsed":
        return "c proposes other terms, with a new day to answer by."
    if trade.state == "proposed":
        own = "Theirs to answer; c changes our terms, w withdraws them."
        return own if trade.proposer == code else f"Yours to answer: {_ANSWER}."
    if trade.state == "started":
        return _running(trade, code)
    return {
        "agreed": "b begins it, once the child has moved in.",
        "ended": "Settled once the last of its months is closed.",
    }.get(trade.state, "")


def _running(trade: TradeView, code: str) -> str:
    """What is left to say of a placement that runs; where the sides have not said the same, that first."""
    sides = trade.started_buyer, trade.started_seller
    ours, theirs = sides if code == trade.buyer else sides[::-1]
    if not ours:
        return f"They say it began on {show_date(theirs)}: b says when for us."
    if theirs and theirs != ours:
        return "The days it began differ: b states another for us."
    if trade.notice_on:
        return f"Notice for {show_date(trade.notice_on)}: x ends it, once the child has left."
    return "n gives notice, x ends it, c changes the terms."


def terms_lines(trade: TradeView, tariff: TariffView | None) -> list[Content]:
    """The terms that are signed."""
    terms = trade.terms
    end = show_date(trade.end) or "open"
    lines = [
        fact("From", f"{show_date(trade.start)} to {end}"),
        fact("Place", f"{terms.place} {PLACE.get(terms.place, '')}".rstrip()),
        fact("Notice", f"{terms.notice_days} days"),
    ]
    if trade.state in ("proposed", "lapsed") and trade.valid_until:
        lines.append(fact("Answer by", show_date(trade.valid_until)))
    if terms.by_telephone:
        lines.append(fact("Made", "by telephone"))
    if terms.legal_basis:
        lines.append(fact("Legal basis", terms.legal_basis))
    if terms.off_tariff:
        lines.append(fact("Off tariff", terms.off_tariff))
    elif terms.tariff:
        lines += tariff_lines(
            tariff.name if tariff else terms.tariff[:8], bool(tariff and tariff.worked_example)
        )
        lines.append(fact("Band", terms.band))
    return [*lines, fact("Terms hash", trade.terms_hash[:16])]


def tariff_lines(name: str, worked_example: bool) -> list[Content]:
    """The name of a price list, and that it is but an example where it is."""
    return [fact("Tariff", name), *example_lines(worked_example)]


def price_lines(lines: Iterable[Line], weekly: int, total: str = "a week") -> list[Content]:
    """The weekly price line by line, and its sum, called `total`."""
    return [
        *(sum_line(line.label, line.pence) for line in lines),
        sum_line(total, weekly, style="bold"),
    ]


def signature_lines(trade: TradeView) -> list[Content]:
    """Both parties, and whether each has signed these terms."""
    signed = []
    for role, code, name in (
        ("buyer", trade.buyer, trade.buyer_name),
        ("seller", trade.seller, trade.seller_name),
    ):
        has = code in trade.signed_by
        word = f"signed {trade.terms_hash[:8]}" if has else _unsigned(trade, code)
        signed.append(safe(f" {'x' if has else '-'} {name} ({role}): {word}"))
    return signed


def _unsigned(trade: TradeView, code: str) -> str:
    if not trade.vouched or code == trade.proposer:
        return "not signed yet"
    return f"by {trade.vouched[-1][2]}, a hub has entered it; not countersigned"


def stated_lines(trade: TradeView) -> list[Content]:
    """The days each side states; days that differ are marked."""
    stated = (
        ("Began", trade.started_buyer, trade.started_seller),
        ("Ended", trade.ended_buyer, trade.ended_seller),
    )
    lines = []
    for label, buyer, seller in stated:
        if buyer or seller:
            differ = bool(buyer and seller and buyer != seller)
            text = f"buyer {show_date(buyer) or '-'} · seller {show_date(seller) or '-'}"
            lines.append(fact(label, f"{text}{' ! they differ' if differ else ''}"))
    if trade.notice_on:
        lines.append(fact("Notice for", show_date(trade.notice_on)))
    if trade.end_reason:
        meaning = ENDING_REASONS.get(trade.end_reason, "")
        lines.append(fact("End reason", f"{trade.end_reason} {meaning}".rstrip()))
    return lines


def charge_lines(charges: Sequence[Posting], code: str) -> list[Content]:
    """One line for each month or change of price, and the sum."""
    if not charges:
        return [safe(" Nothing is charged yet.")]
    lines = [
        sum_line(f"{_month(one.month)}  {one.nights} night{'s' if one.nights != 1 else ''}", one.pence)
        for one in charges
    ]
    due = "to pay" if charges[0].buyer == code else "to be paid" if charges[0].seller == code else "in all"
    return [*lines, sum_line(due, sum(one.pence for one in charges), style="bold")]


def history_lines(past: Iterable[HistoryLine]) -> list[Content]:
    """Every act, the oldest first."""
    return [safe(f" {_moment(one.at)} {one.who} {one.desk}: {one.what}") for one in past]


def _moment(at: str) -> str:
    return f"{show_date(at[:10])} {at[11:16]}" if len(at) >= 16 else at


def _month(month: str) -> str:
    year, _, number = month.partition("-")
    return f"{number}/{year}"


def _refusal(reason: str) -> str:
    code, _, note = reason.partition(" ")
    return ": ".join(part for part in (REFUSAL_REASONS.get(code, code), note) if part)


def accept_text(trade: TradeView) -> str:
    """What an acceptance binds to, to be read before it is given."""
    parts = [
        f"{trade.setting_name}",
        f"{trade.buyer_name} places a {child(trade.terms)} with {trade.seller_name}",
        f"from {show_date(trade.start)} to {show_date(trade.end) or 'an open end'}",
        f"notice {trade.terms.notice_days} days",
        *(line.plain for line in price_lines(trade.lines, trade.weekly)),
        *(sum_line(f"paid by {one.name}", one.pence).plain for one in trade.terms.funders),
    ]
    if trade.worked_example:
        parts.append(f"! {REMARK}")
    if trade.terms.off_tariff:
        parts.append(f"Off the tariff: {trade.terms.off_tariff}")
    return "\n".join([*parts, f"Terms {trade.terms_hash[:16]}"])
