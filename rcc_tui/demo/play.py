"""The whole job in plain text: a request, a place, a trade, two bundles, two ledgers that agree."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from rcc_tui.acts import names
from rcc_tui.demo.region import stores
from rcc_tui.domain.dates import show_date
from rcc_tui.domain.errors import IntegrityError, Refused
from rcc_tui.domain.money import pounds
from rcc_tui.domain.needs import Needs
from rcc_tui.services import finding, ledger, requests, syncing, tariffs, trades
from rcc_tui.services.desk import Desk, open_desk

BUYER, SELLER, HUB = "870", "931", "HUB-N"
QUERY = "fostr oxfrdshire 12f 30mi from RG4"

Say = Callable[[str], None]


def play(at: Path, say: Say) -> None:
    """Reading finds a place in Oxfordshire for a girl of twelve; every step is the real one.

    Raises Refused or IntegrityError when a step does not come out as it must.
    """
    places = stores(at)
    desks = {code: open_desk(places[code]) for code in (BUYER, SELLER, HUB)}
    try:
        for desk in desks.values():
            finding.attach(desk)
        request = _log(desks[BUYER], say)
        trade = _propose(desks[BUYER], request, say)
        _carry(desks[BUYER], desks[SELLER], at, say)
        _accept(desks[SELLER], trade, say)
        _carry(desks[SELLER], desks[BUYER], at, say)
        _carry(desks[SELLER], desks[HUB], at, say)
        _carry(desks[BUYER], desks[HUB], at, say)
        _compare(desks, trade, say)
    finally:
        for desk in desks.values():
            desk.close()


def _log(desk: Desk, say: Say) -> str:
    today = desk.clock.today()
    needs = Needs(
        age=12,
        sex="F",
        needed_by=(today + timedelta(days=3)).isoformat(),
        stay="medium",
        home="RG4",
        max_miles=30,
        ratio="standard",
        risks=(("self_harm", "low"),),
    )
    made = requests.add(desk, needs, child="870-demo", officer="S. Hughes")
    say("1. Reading logs a request.")
    say(f"   {made.id[:8]}: girl of 12, needed by {show_date(needs.needed_by)}, from RG4, {made.state}.")
    return made.id


def _propose(desk: Desk, request: str, say: Say) -> str:
    found = finding.search(desk, QUERY, limit=20)
    say(f"2. The officer types: {QUERY}")
    say(f"   understood: {found.understood}")
    say(f"   {len(found.hits)} of {found.total} places, in {found.micros / 1000:.1f} ms; the first:")
    for hit in found.hits[:3]:
        facts = hit.place.setting
        say(f"   {facts.name}, {facts.town} ({facts.outcode}), about {hit.miles} miles, score {hit.score}")
    today = desk.clock.today()
    for hit in found.hits:
        start = (today + timedelta(days=3)).isoformat()
        if hit.barriers or hit.place.setting.authority != SELLER or not _on_tariff(desk, start):
            continue
        quote = trades.quote(desk, hit.id, requests.show(desk, request).needs, start=start)
        say(f"3. The price, by {quote.tariff_name}:")
        for step in quote.steps:
            say(f"   {step}")
        end = (today + timedelta(days=3 + 90)).isoformat()
        trade = trades.propose(desk, hit.id, start=start, end=end, request=request)
        say(f"4. Reading proposes {trade.setting_name} from {show_date(start)} to {show_date(end)}.")
        say(f"   trade {trade.id[:8]}, {pounds(trade.weekly)} a week, terms {trade.terms_hash[:16]}")
        say(f"   signed by {' and '.join(trade.signed_by)}")
        return trade.id
    raise Refused(
        "The made-up region has no place for this child in Oxfordshire.",
        hint="Make it with more --vacancies.",
    )


def _on_tariff(desk: Desk, start: str) -> bool:
    return tariffs.in_force(desk, BUYER, SELLER, date.fromisoformat(start)) is not None


def _carry(sender: Desk, reader: Desk, at: Path, say: Say) -> None:
    (exported,) = syncing.export(sender, [reader.code], at / "stick")
    (result,) = syncing.take_in(reader, [Path(exported.file)])
    if result.result == "refused":
        raise IntegrityError(f"{reader.code} refused the bundle: {result.reason}")
    name = Path(exported.file).name
    say(f"   bundle {name}: {sender.code} → {reader.code}, {result.new} new entries, {result.known} known")


def _accept(desk: Desk, trade: str, say: Say) -> None:
    waiting = trades.show(desk, trade)
    say(f"5. Oxfordshire sees the proposal of {waiting.buyer_name} and accepts it.")
    agreed = trades.accept(desk, trade)
    say(f"   {agreed.state}, signed by {' and '.join(agreed.signed_by)} on terms {agreed.terms_hash[:16]}")


def _compare(desks: dict[str, Desk], trade: str, say: Say) -> None:
    say("6. Both sides and the hub hold the same.")
    seen = {code: trades.show(desk, trade) for code, desk in desks.items()}
    if {(view.state, view.terms_hash, view.signed_by) for view in seen.values()} != {
        ("agreed", seen[BUYER].terms_hash, tuple(sorted((BUYER, SELLER))))
    }:
        raise IntegrityError("The trade is not the same on all three desks.")
    charged = {code: ledger.charges(desk, trade) for code, desk in desks.items()}
    for posting in charged[BUYER]:
        price = f"{posting.nights:>3} nights × {pounds(posting.weekly)} a week"
        say(f"   {posting.month}  {price:<32} {pounds(posting.pence):>12}")
    total = sum(posting.pence for posting in charged[BUYER])
    say(f"   {'in all':<41} {pounds(total):>12}, owed by {BUYER} to {SELLER}")
    pair = names.pair(BUYER, SELLER)
    for audience in (names.RCC, pair):
        digests = {code: desk.digest(audience) for code, desk in desks.items()}
        for code, digest in digests.items():
            say(f"   digest of {audience:<12} at {code:<5}  {digest}")
        if len(set(digests.values())) != 1:
            raise IntegrityError(f"The digests of {audience} differ.")
    if len(set(charged.values())) != 1:
        raise IntegrityError("The ledgers differ.")
    say("   ledgers agree, digests equal.")
