"""rcc trade …"""

from __future__ import annotations

from typing import Annotated

import typer

from rcc_tui.cli import trade_changes
from rcc_tui.cli.answer import Answer
from rcc_tui.cli.command import command, noun
from rcc_tui.cli.given import NeedOptions
from rcc_tui.cli.history import history_json, history_text
from rcc_tui.cli.options import Limit, Offset, RecordId, WithCode, pence
from rcc_tui.cli.output import blocks, clean, short
from rcc_tui.cli.session import Session
from rcc_tui.cli.trade_options import Extras, Funders, OffTariff, ValidUntil, Weekly, a_day, funders
from rcc_tui.cli.trade_text import (
    WITHDRAW,
    answered,
    change_text,
    listed,
    other_name,
    trade_json,
    trade_text,
    versions_table,
)
from rcc_tui.domain.codes import REASON_PLACE_CHANGE, REFUSAL_REASONS
from rcc_tui.domain.dates import show_date
from rcc_tui.domain.errors import UsageError
from rcc_tui.domain.money import pounds
from rcc_tui.domain.worked_example import remark

app = noun("Trades: a child of one authority in a place of another.")

Request = Annotated[str, typer.Option("--request", metavar="ID", help="The request it answers.")]
Start = Annotated[str, typer.Option("--start", help="The first day.")]
End = Annotated[str, typer.Option("--end", help="The expected last day; without it open-ended.")]
LegalBasis = Annotated[str, typer.Option("--legal-basis", help="For a secure home (K1): on what ground.")]
Note = Annotated[str, typer.Option("--note", help="A word to the other side.")]
On = Annotated[str, typer.Option("--on", help="The day; today if not given.")]

DISPUTE = "`rcc trade dispute ID --what WORDS` disputes it."


@command(app, "propose", example="trade propose --vacancy SL-7 --request 4f0a --start 2026-12-07")
def propose(
    session: Session,
    needs: NeedOptions,
    vacancy: Annotated[str, typer.Option("--vacancy", metavar="ID", help="The place: its id or ref.")],
    start: Start,
    request: Request = "",
    end: End = "",
    valid_until: ValidUntil = "",
    extra: Extras = None,
    weekly: Weekly = "",
    off_tariff: OffTariff = "",
    legal_basis: LegalBasis = "",
    funder: Funders = None,
) -> Answer:
    """Propose whole terms to the owner of a place, for a request or for the needs given."""
    from rcc_tui.services import trades

    if not request and not {"age", "sex"} <= needs.keys():
        raise UsageError("Say for whom: --request ID, or --age and --sex.")
    if request and needs:
        raise UsageError("Give --request or the needs, not both.", hint="`rcc request edit` changes needs.")
    desk = session.desk(followed=True)
    view = trades.propose(
        desk,
        vacancy,
        start=a_day(desk, start, "--start"),
        end=a_day(desk, end, "--end"),
        valid_until=a_day(desk, valid_until, "--valid-until"),
        request=request,
        needs=None if request else needs.needs(desk.clock.today()),
        extras=tuple(extra or ()),
        weekly=pence(weekly, "--weekly"),
        off_tariff=off_tariff,
        legal_basis=legal_basis,
        funders=funders(funder) or (),
    )
    return answered(view, f"Proposed to {view.seller_name}.", WITHDRAW, proposed=True)


@command(
    app,
    "record",
    example='trade record --with 871 --setting "Hill House" --place K2 --start 7/12 --age 12 --sex F '
    '--weekly 950.00 --off-tariff "agreed by telephone"',
)
def record(
    session: Session,
    needs: NeedOptions,
    with_code: Annotated[str, typer.Option("--with", metavar="CODE", help="The other authority.")],
    start: Start,
    setting: Annotated[str, typer.Option("--setting", help="The name of the setting.")] = "",
    place: Annotated[str, typer.Option("--place", "--type", help="A PLACE code as K2.")] = "",
    vacancy: Annotated[str, typer.Option("--vacancy", metavar="ID", help="The place, if it is listed.")] = "",
    request: Request = "",
    end: End = "",
    weekly: Weekly = "",
    off_tariff: OffTariff = "",
    as_seller: Annotated[bool, typer.Option("--as-seller", help="The place is ours.")] = False,
    legal_basis: LegalBasis = "",
    funder: Funders = None,
) -> Answer:
    """Record a trade made by telephone; the other side countersigns it."""
    from rcc_tui.cli.tariff import wanted_needs
    from rcc_tui.services import trades

    desk = session.desk(followed=True)
    view = trades.record(
        desk,
        with_code,
        setting_name=setting,
        place=place,
        start=a_day(desk, start, "--start"),
        end=a_day(desk, end, "--end"),
        needs=wanted_needs(desk, needs, request),
        weekly=pence(weekly, "--weekly"),
        off_tariff=off_tariff,
        vacancy=vacancy,
        as_seller=as_seller,
        legal_basis=legal_basis,
        funders=funders(funder) or (),
        request=request,
    )
    other = other_name(view, desk.code)
    return answered(view, f"Recorded; {other} countersigns it.", WITHDRAW, proposed=True)


@command(app, "accept", example="trade accept 77d1")
def accept(session: Session, trade: RecordId) -> Answer:
    """Countersign the terms as they stand; of a running trade the change that waits."""
    from rcc_tui.services import trades

    desk = session.desk(followed=True)
    view = trades.show(desk, trade)
    terms = view.change or view.terms
    price = f"{pounds(terms.weekly)} a week from {show_date(terms.effective or terms.start)}"
    what = "the change of trade" if view.change else "trade"
    session.confirm(f"Accept {what} {short(view.id)} ({view.setting_name}, {price})?")
    done = trades.accept(desk, trade)
    return answered(done, f"Agreed with {other_name(done, desk.code)}.", DISPUTE)


@command(app, "vouch", example="trade vouch 77d1 --how paper")
def vouch(
    session: Session,
    trade: RecordId,
    how: Annotated[str, typer.Option("--how", help="How it was given: paper or telephone.")],
) -> Answer:
    """At a hub: enter that an authority without a desk has agreed to the terms, or the change, that wait."""
    from rcc_tui.services import trades

    desk = session.desk(followed=True)
    view = trades.show(desk, trade)
    session.confirm(f"Enter that {other_name(view, view.proposer)} has agreed to trade {short(view.id)}?")
    said = f"Entered: {other_name(view, view.proposer)} has agreed. It countersigns once it has a desk."
    return answered(trades.vouch(desk, trade, how), said, "")


@command(app, "decline", example="trade decline 77d1 --reason staffing")
def decline(
    session: Session,
    trade: RecordId,
    reason: Annotated[str, typer.Option("--reason", help=f"One of {', '.join(REFUSAL_REASONS)}.")],
    note: Note = "",
) -> Answer:
    """Say no, and why; of a running trade to the change that waits: the agreed terms stay."""
    from rcc_tui.services import trades

    view = trades.decline(session.desk(followed=True), trade, reason, note)
    stays = "the agreed terms stay" if view.in_force else "only a new proposal takes it back"
    return answered(view, f"Declined: {stays}.", "")


@command(app, "counter", example='trade counter 77d1 --weekly 980.00 --off-tariff "two carers"')
def counter(
    session: Session,
    trade: RecordId,
    start: Annotated[str, typer.Option("--start", help="Another first day.")] = "",
    end: Annotated[str, typer.Option("--end", help="Another last day.")] = "",
    weekly: Weekly = "",
    off_tariff: OffTariff = "",
    valid_until: ValidUntil = "",
    funder: Funders = None,
) -> Answer:
    """Answer with other terms; what is not given stays, the funders' shares while the price does."""
    from rcc_tui.services import trades

    if not (start or end or weekly or off_tariff or valid_until or funder):
        raise UsageError("Say what should differ.", hint="For example --start, --end or --weekly.")
    desk = session.desk(followed=True)
    view = trades.counter(
        desk,
        trade,
        start=a_day(desk, start, "--start"),
        end=a_day(desk, end, "--end"),
        weekly=pence(weekly, "--weekly"),
        off_tariff=off_tariff,
        valid_until=a_day(desk, valid_until, "--valid-until"),
        funders=funders(funder),
    )
    said = f"Other terms proposed to {other_name(view, desk.code)}: {pounds(view.weekly)} a week."
    return answered(view, said, WITHDRAW, proposed=True)


@command(app, "withdraw", example="trade withdraw 77d1")
def withdraw(session: Session, trade: RecordId, note: Note = "") -> Answer:
    """Take our own proposal back; of a running trade the change we proposed."""
    from rcc_tui.services import trades

    view = trades.withdraw(session.desk(followed=True), trade, note)
    stays = "the agreed terms stay" if view.in_force else "`rcc trade propose` proposes anew"
    return answered(view, f"Withdrawn: {stays}.", "")


@command(app, "start", example="trade start 77d1 --on 2026-12-07")
def start_(session: Session, trade: RecordId, on: On = "") -> Answer:
    """State the day the child moved in."""
    from rcc_tui.services import trades

    desk = session.desk(followed=True)
    day = a_day(desk, on or "today", "--on")
    view = trades.start(desk, trade, day)
    back = "`rcc trade start ID --on DAY` states another day."
    return answered(view, f"Begun on {show_date(day)}.", back, (trades.not_come_yet(desk, day),))


@command(app, "notice", example="trade notice 77d1 --ends 2027-01-04")
def notice(
    session: Session,
    trade: RecordId,
    ends: Annotated[str, typer.Option("--ends", "--end", "--on", help="The day the placement will end.")],
) -> Answer:
    """Give notice that the placement ends on a day. One shorter than agreed is said to be so, not refused."""
    from rcc_tui.services import trades

    desk = session.desk(followed=True)
    day = a_day(desk, ends, "--ends")
    view = trades.notice(desk, trade, day)
    back = "`rcc trade notice ID --ends DAY` states another day."
    said = (trades.short_notice(desk, view, day),)
    return answered(view, f"Notice for {show_date(view.notice_on)}.", back, said)


@command(app, "end", example="trade end 77d1 --on 2027-01-04 --reason CARPL")
def end_(
    session: Session,
    trade: RecordId,
    reason: Annotated[str, typer.Option("--reason", help=f"One of {', '.join(REASON_PLACE_CHANGE)}.")],
    on: On = "",
) -> Answer:
    """State the day the child left, and why. That night is not charged."""
    from rcc_tui.services import trades

    desk = session.desk(followed=True)
    day = a_day(desk, on or "today", "--on")
    view = trades.end(desk, trade, day, reason)
    back = "`rcc trade end ID --on DAY --reason CODE` states another day."
    return answered(view, f"Ended on {show_date(day)}.", back, (trades.not_come_yet(desk, day),))


@command(app, "dispute", example='trade dispute 77d1 --what "the child left on the 2nd"')
def dispute(
    session: Session,
    trade: RecordId,
    what: Annotated[str, typer.Option("--what", "--reason", help="What is disputed.")],
) -> Answer:
    """Dispute something of the trade."""
    from rcc_tui.services import trades

    view = trades.dispute(session.desk(followed=True), trade, what)
    return answered(view, "Disputed.", "`rcc trade resolve ID --how WORDS` settles it.")


@command(app, "resolve", example='trade resolve 77d1 --how "both agree on the 3rd"')
def resolve(
    session: Session,
    trade: RecordId,
    how: Annotated[str, typer.Option("--how", "--reason", help="How it was settled.")],
    stands: Annotated[bool, typer.Option("--stands/--falls", help="Whether the agreement holds.")] = True,
) -> Answer:
    """Settle what was disputed or contested."""
    from rcc_tui.services import trades

    view = trades.resolve(session.desk(followed=True), trade, how, stands)
    return answered(view, f"Settled: the agreement {'stands' if stands else 'does not stand'}.", "")


@command(app, "list", example="trade list --state proposed --with 871")
def list_(
    session: Session,
    state: Annotated[
        str,
        typer.Option(
            "--state", help="As proposed, agreed, started, ended, settled, declined, withdrawn, lapsed."
        ),
    ] = "",
    with_code: WithCode = "",
    limit: Limit = 50,
    offset: Offset = 0,
) -> Answer:
    """Our trades; » marks those that wait for us."""
    from rcc_tui.services import trades

    found = trades.listing(session.desk(), state=state, with_code=with_code, limit=limit, offset=offset)
    return Answer([trade_json(one) for one in found.rows], listed(found.rows, found.total))


@command(app, "show", example="trade show 77d1")
def show(session: Session, trade: RecordId) -> Answer:
    """One trade: both signatures, how its price came about, all versions of its terms, a change that waits,
    its charges and its history."""
    from rcc_tui.cli.ledger import posting_json, posting_table
    from rcc_tui.services import ledger, trades
    from rcc_tui.services.marks import marks
    from rcc_tui.services.tariffs import worked_examples
    from rcc_tui.services.trade_steps import steps_of

    desk = session.desk()
    view = trades.show(desk, trade)
    charges = ledger.charges(desk, view.id)
    marked = marks(desk, charges)
    examples = worked_examples(desk)
    steps = steps_of(desk, view.change or view.terms)
    document = {
        **trade_json(view),
        "steps": list(steps),
        "charges": [posting_json(one, mark, examples) for one, mark in zip(charges, marked, strict=True)],
        "history": history_json(desk, view.id),
    }
    text = blocks(
        trade_text(view),
        change_text(view),
        "\n".join(clean(step) for step in steps),
        versions_table(view),
        posting_table(charges, marked),
        remark(any(one.tariff in examples for one in charges)),
        history_text(desk, view.id),
    )
    return Answer(document, text)


trade_changes.add(app)
