"""Who may do which act on whose record: every kind, act, author and owner. None folds illegally."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import get_args

import pytest

from rcc_tui.acts import (
    children,
    erasure,
    providers,
    referrals,
    requests,
    searches,
    settings,
    sheets,
    standing,
    statements,
    tariffs,
    trades,
    vacancies,
)
from rcc_tui.acts.kind import Act
from rcc_tui.acts.kinds import KINDS, LAWS
from rcc_tui.acts.names import own, pair
from rcc_tui.acts.terms import terms_hash
from rcc_tui.domain.child import ChildFacts, EpisodeFacts
from rcc_tui.domain.needs import Needs
from rcc_tui.domain.statement import Answered, StatementLine
from rcc_tui.domain.terms import Terms
from rcc_tui.services.desk import Desk
from tests.attacks.facts import HOME, PLACES, request
from tests.attacks.forge import Forged, Scribe, bring, is_live_as_rebuilt, set_aside
from tests.attacks.stores import Copies
from tests.attacks.tally import Tally
from tests.region import seat
from tests.sync.histories import TERMS

pytestmark = pytest.mark.threat(row="matrix")
CODES = ("870", "931", "HUB-N")
BETWEEN = pair("870", "931")
LINE = StatementLine("aa" * 16, "care", "2026-11-01", "2026-12-01", 30, 700_00, 300_000)
TARIFF = 'name = "no tariff"'

# For each kind its opening acts by the owner they name, and its later acts. `of` is whose record it is.
OPENINGS: dict[str, Callable[[str], Act]] = {
    "setting": lambda of: settings.Open(replace(HOME, authority=of)),
    "vacancy": lambda of: vacancies.Open("00" * 16, of, PLACES),
    "provider": lambda of: providers.Open(providers.ProviderFacts("Elm Care")),
    "adoption": lambda of: tariffs.Adopt("00" * 32, "2026-12-01"),
    "tariff": lambda of: tariffs.Publish(TARIFF),
    "request": lambda of: request(),
    "search": lambda of: searches.Keep("teens near Slough", "slough 14f"),
    "child": lambda of: children.Open(ChildFacts("C1")),
    "episode": lambda of: children.OpenEpisode("00" * 16, EpisodeFacts("C1", "2026-12-01")),
    "trade": lambda of: trades.Propose(_terms(of)),
    "statement": lambda of: statements.Issue("2026-11", of, _other(of), (LINE,), ()),
    "sheet": lambda of: sheets.Enter("ab" * 32, "kent.csv", "886", ()),
    "referral": lambda of: referrals.Open(of, _other(of), "", Needs(9, "F")),
    "standing": lambda of: standing.Uphold(seat(of).desk.public, bytes(16), 0, bytes(32)),
    "erasure": lambda of: erasure.Erase(seat(of).desk.public, bytes(16), 0, "retention ended"),
}


def _other(code: str) -> str:
    return "931" if code == "870" else "870"


def _terms(buyer: str) -> Terms:
    return replace(TERMS, buyer=buyer, seller=_other(buyer))


def _later(kind: str, opened: Forged, of: str) -> list[Act]:
    """Each later act of a kind, as it would be done on a record that has just been opened."""
    terms = _terms(of)
    acts: dict[str, list[Act]] = {
        "setting": [settings.Edit(HOME, ("name",)), settings.HandOver(of), settings.Close("shut")],
        "vacancy": [
            vacancies.Edit(PLACES, ("sex",)),
            vacancies.Confirm("2026-12-01"),
            vacancies.Hold("931", "", 1, "2026-12-02T12:00"),
            vacancies.Release(opened.hash),
            vacancies.Take("00" * 16, 1),
            vacancies.GiveBack("00" * 16),
            vacancies.HandOver(of, seat(of).desk.public.hex()),
            vacancies.Allocator(seat(of).desk.public.hex()),
            vacancies.Close("shut"),
        ],
        "provider": [providers.Edit(providers.ProviderFacts("Ash"), ("name",))],
        "adoption": [tariffs.WithdrawAdoption("2027-01-01")],
        "tariff": [],
        "standing": [],
        "statement": [
            statements.Reissue(opened.hash, (LINE,), ()),
            statements.Answer(opened.hash, (Answered(0, 300_000),)),
            statements.Concede(opened.hash, (0,)),
            statements.Close(opened.hash),
        ],
        "sheet": [sheets.Retract("the wrong month")],
        "erasure": [],
        "request": [
            requests.Edit(Needs(9, "F"), requests.RequestFacts(), ("age",)),
            requests.Shortlist("00" * 16, True),
            requests.Seek("slough 20mi"),
            requests.Refer("00" * 16),
            requests.Place("", "found"),
            requests.Withdraw("no"),
            requests.Reopen("yes"),
        ],
        "search": [searches.Drop()],
        "child": [
            children.Edit(ChildFacts("C1", name="A"), ("name",)),
            children.AddReturns(()),
        ],
        "episode": [children.EditEpisode(EpisodeFacts("C1", "2026-12-01", end="2026-12-02"), ("end",))],
        "trade": [
            trades.Accept(opened.hash, terms_hash(terms)),
            # Every authority here has had a desk since the first roll.
            trades.Vouch(opened.hash, terms_hash(terms), "paper", 0),
            trades.Decline(opened.hash, "full", ""),
            trades.Withdraw(opened.hash, ""),
            trades.Start("2026-12-01"),
            trades.Notice("2026-12-01", "2026-12-31"),
            trades.End("2026-12-31", "PLANNED"),
            trades.KeepOpen((("2026-12-05", "2026-12-08"),)),
            trades.Dispute("the price"),
            trades.Resolve(True, "so"),
        ],
        "referral": [referrals.Refuse("full", ""), referrals.Withdraw("")],
    }
    return acts[kind]


def _audience(kind: str, of: str) -> str:
    return {"rcc": "rcc", "own": own(of), "pair": BETWEEN, "any": "rcc"}[KINDS[kind].scope]


def _may_open(kind: str, author: str, of: str) -> bool:
    if kind in ("setting", "vacancy"):
        return author == of or author == "HUB-N"
    if kind == "tariff":
        return author == "870"
    if kind == "standing":
        return author in (of, "HUB-N")
    if kind in ("provider", "adoption"):
        return True
    if kind == "trade":
        # Either party proposes: the seller may as well as the buyer.
        return author in ("870", "931")
    return author == of


def _may_add(kind: str, act: Act, author: str, opener: str, of: str) -> bool:
    """Whether an act may follow the opening, by who opened and whose the record is; nothing else happened."""
    if kind == "trade":
        # Without an agreement nothing starts, ends or is resolved; accepting is for the other party.
        if isinstance(act, trades.Accept | trades.Decline):
            return author in ("870", "931") and author != opener
        if isinstance(act, trades.Withdraw):
            return author == opener
        return isinstance(act, trades.Dispute) and author in ("870", "931")
    if kind == "referral":
        return author == (_other(of) if isinstance(act, referrals.Refuse) else of)
    if kind == "statement":
        # Nothing is answered yet, so nothing can be conceded or closed.
        answering = isinstance(act, statements.Answer)
        return author == (_other(of) if answering else of) and isinstance(
            act, statements.Reissue | statements.Answer
        )
    if isinstance(act, vacancies.Release | vacancies.GiveBack):
        return False  # there is nothing yet to release or to give back
    return author == opener


def _cases() -> Iterator[tuple[str, str, str]]:
    for kind in sorted(KINDS):
        for of in ("870", "931"):
            for opener in CODES:
                yield kind, of, opener


@pytest.mark.parametrize(("kind", "of", "opener"), list(_cases()))
def test_no_act_folds_that_its_author_may_not_do(
    copies: Copies, tally: Tally, kind: str, of: str, opener: str
) -> None:
    reader = copies.desk(seat(of))
    audience = _audience(kind, of)
    if audience == own(of) and opener != of:
        # Nobody else has a log for this audience at all: it is refused before it is read.
        scribe = Scribe(seat(opener).desk, audience)
        scribe.write(kind, OPENINGS[kind](of))
        assert bring(reader, scribe, maker=seat("HUB-N").desk).exit_code == 3
        return
    legal: dict[bytes, bool] = {}
    logs: list[Scribe] = []
    # One record for each act and author, so that no act is judged by what another did before it.
    first = Scribe(seat(opener).desk, audience)
    logs.append(first)
    sample = first.write(kind, OPENINGS[kind](of))
    legal[sample.hash] = _may_open(kind, opener, of)
    for number in range(len(_later(kind, sample, of))):
        for author in CODES if audience != own(of) else (of,):
            opened = first.write(kind, OPENINGS[kind](of))
            legal[opened.hash] = _may_open(kind, opener, of)
            adding = Scribe(seat(author).desk, audience)
            logs.append(adding)
            act = _later(kind, opened, of)[number]
            added = adding.write(
                kind, act, record=opened.record, deps=[opened.hash], clock=opened.header.clock + 1
            )
            legal[added.hash] = legal[opened.hash] and _may_add(kind, act, author, opener, of)
    result = bring(reader, *logs, maker=seat("HUB-N").desk)
    assert result.exit_code == 0, result.reason
    refused = set_aside(reader)
    if kind == "tariff":
        # No text here is a tariff: what matters is who may try.
        assert all(("host" in refused[digest]) != good for digest, good in legal.items())
        tally.add("cases", len(legal))
        return
    _judge(reader, legal, tally)
    assert is_live_as_rebuilt(reader)


def _judge(reader: Desk, legal: dict[bytes, bool], tally: Tally) -> None:
    """What is set aside is just what is not legal."""
    refused = set_aside(reader)
    for digest, good in legal.items():
        tally.add("cases")
        tally.add("illegal folds", not good and digest not in refused)
        assert (digest not in refused) == good, refused.get(digest, "folded")


def _may_rule(kind: str, author: str, of: str, audience: str) -> bool:
    """Who erases is of the record's member; who upholds is, or speaks for a hub where hubs hear."""
    hub = kind == "standing" and author == "HUB-N" and not audience.startswith("own:")
    return author == of or hub


@pytest.mark.parametrize("audience", ["rcc", BETWEEN, own("870")])
@pytest.mark.parametrize("kind", sorted(LAWS))
def test_acts_about_logs_and_records_in_every_audience(
    copies: Copies, tally: Tally, kind: str, audience: str
) -> None:
    reader = copies.desk(seat("870"))
    authors = ("870",) if audience == own("870") else CODES
    scribes = [(code, Scribe(seat(code).desk, audience)) for code in authors]
    legal = {
        scribe.write(kind, OPENINGS[kind](of)).hash: _may_rule(kind, code, of, audience)
        for code, scribe in scribes
        for of in CODES
    }
    unknown = scribes[0][1].write(kind, OPENINGS[kind]("999"))
    second = scribes[0][1].write(kind, OPENINGS[kind]("870"), record=unknown.record, deps=[unknown.hash])
    legal |= {unknown.hash: False, second.hash: False}
    assert bring(reader, *(scribe for _, scribe in scribes), maker=seat("HUB-N").desk).exit_code == 0
    _judge(reader, legal, tally)
    assert is_live_as_rebuilt(reader)


@pytest.mark.parametrize("audience", ["rcc", BETWEEN, own("870")])
def test_no_act_folds_in_an_audience_its_kind_is_not_told_to(
    copies: Copies, tally: Tally, audience: str
) -> None:
    """Whoever writes it, whosever it would be."""
    reader = copies.desk(seat("870"))
    legal: dict[bytes, bool] = {}
    scribes = []
    strangers = [name for name in sorted(KINDS.keys() - LAWS) if _audience(name, "870") != audience]
    for author in ("870",) if audience == own("870") else CODES:
        scribe = Scribe(seat(author).desk, audience)
        scribes.append(scribe)
        for kind in strangers:
            legal |= {scribe.write(kind, OPENINGS[kind](of)).hash: False for of in ("870", "931")}
    bring(reader, *scribes, maker=seat("HUB-N").desk)
    _judge(reader, legal, tally)
    for table in {table for kind in strangers for table in KINDS[kind].tables}:
        assert reader.store.write.execute(f"SELECT COUNT(*) FROM {table}").fetchone() == (0,)


def test_the_matrix_is_whole() -> None:
    """Every act there is stands in it; a new one fails here until it does."""
    assert set(OPENINGS) == set(KINDS)
    sample = Scribe(seat("870").desk, "rcc").write("setting", OPENINGS["setting"]("870"))
    for name, kind in KINDS.items():
        acts = get_args(kind.acts) or (kind.acts,)
        shown = {type(OPENINGS[name]("870")), *(type(act) for act in _later(name, sample, "870"))}
        assert shown == set(acts), name
