"""Histories of any shape: what several desks may have written, rightly or wrongly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from hypothesis import strategies as st

from rcc_tui.acts import children, referrals, requests, settings, tariffs, trades, vacancies
from rcc_tui.acts.kind import Act
from rcc_tui.acts.names import own, pair
from rcc_tui.acts.terms import terms_hash
from rcc_tui.domain.child import ChildFacts
from rcc_tui.domain.needs import Needs
from rcc_tui.domain.terms import Line, Terms
from tests.attacks.facts import HOME, PLACES, home, places, request
from tests.attacks.forge import AT_MS, Forged, Scribe, Section, bundle
from tests.region import seat

BETWEEN = pair("870", "931")
READING, SECOND, OXFORD, HUB = (seat("870"), seat("870", 2), seat("931"), seat("HUB-N"))
TERMS = Terms(
    "870",
    "931",
    "",
    "",
    "",
    "The Elms",
    "K2",
    "2026-12-01",
    "",
    12,
    "F",
    1,
    "",
    "",
    (Line("Care", 70_000),),
    70_000,
    28,
)


def scribes() -> list[Scribe]:
    """A log for every desk and audience there is in a small region; the ids are the same in every run."""
    wanted = [(one, "rcc") for one in (READING, SECOND, OXFORD, HUB)]
    wanted += [(one, BETWEEN) for one in (READING, SECOND, OXFORD, HUB)]
    wanted += [(READING, own("870")), (SECOND, own("870"))]
    return [Scribe(one.desk, audience, bytes([n]) * 16) for n, (one, audience) in enumerate(wanted)]


_OPENINGS: dict[str, list[tuple[str, Act]]] = {
    "rcc": [
        ("setting", home("870")),
        ("setting", home("931")),
        ("vacancy", places("870")),
        ("vacancy", places("931")),
        ("adoption", tariffs.Adopt("00" * 32, "2026-12-01")),
        ("tariff", tariffs.Publish('name = "no tariff"')),
    ],
    "pair": [
        ("trade", trades.Propose(TERMS)),
        ("trade", trades.Propose(replace(TERMS, buyer="931", seller="870"))),
        ("referral", referrals.Open("870", "931", "", Needs(9, "F"))),
    ],
    "own": [("request", request()), ("child", children.Open(ChildFacts("C1", "2015-01-01")))],
}

Pick = Callable[[list[Forged]], Forged]
_LATER: dict[str, list[Callable[[Forged, int], Act]]] = {
    "setting": [
        lambda _, n: settings.Edit(replace(HOME, name=f"Name {n}"), ("name",)),
        lambda _, n: settings.Edit(replace(HOME, town=f"Town {n}", registered=n), ("town", "registered")),
        lambda _, n: settings.HandOver("870" if n % 2 else "931"),
        lambda _, n: settings.Close(f"shut {n}"),
    ],
    "vacancy": [
        lambda _, n: vacancies.Edit(replace(PLACES, accepting=n % 5), ("accepting",)),
        lambda _, n: vacancies.Edit(replace(PLACES, needs=(f"need {n}",)), ("needs",)),
        lambda _, n: vacancies.Confirm(f"2026-12-{n % 28 + 1:02}"),
        lambda _, n: vacancies.Hold("931", "", 1, f"2026-12-{n % 28 + 1:02}T12:00"),
        lambda on, n: vacancies.Release(on.hash),
        lambda _, n: vacancies.Take(f"{n % 3:032x}", 1),
        lambda _, n: vacancies.GiveBack(f"{n % 3:032x}"),
        lambda _, n: vacancies.HandOver("870", READING.desk.public.hex()),
        lambda _, n: vacancies.Allocator(SECOND.desk.public.hex()),
        lambda _, n: vacancies.Close(f"shut {n}"),
    ],
    "trade": [
        lambda on, n: trades.Accept(on.hash, terms_hash(TERMS)),
        lambda on, n: trades.Decline(on.hash, "full", f"{n}"),
        lambda on, n: trades.Withdraw(on.hash, f"{n}"),
        lambda on, n: trades.Propose(
            replace(TERMS, weekly=n + 1, lines=(Line("Care", n + 1),)), replaces=on.hash
        ),
        lambda _, n: trades.Start(f"2026-12-{n % 28 + 1:02}"),
        lambda _, n: trades.Notice("2026-12-05", f"2027-01-{n % 28 + 1:02}"),
        lambda _, n: trades.End(f"2027-02-{n % 28 + 1:02}", "PLANNED"),
        lambda _, n: trades.Dispute(f"dispute {n}"),
        lambda _, n: trades.Resolve(bool(n % 2), f"so {n}"),
    ],
    "referral": [
        lambda _, n: referrals.Refuse("full", f"{n}"),
        lambda _, n: referrals.Withdraw(f"{n}"),
    ],
    "request": [
        lambda _, n: requests.Shortlist(f"{n % 3:032x}", bool(n % 2)),
        lambda _, n: requests.Withdraw(f"{n}"),
        lambda _, n: requests.Reopen(f"{n}"),
    ],
    "child": [lambda _, n: children.Edit(ChildFacts("C1", name=f"Name {n}"), ("name",))],
    "adoption": [lambda _, n: tariffs.WithdrawAdoption(f"2027-01-{n % 28 + 1:02}")],
    "tariff": [lambda _, n: tariffs.Publish(f'name = "{n}"')],
}


@st.composite
def histories(draw: st.DrawFn, *, most: int = 14, forks: bool = False) -> list[Scribe]:
    """Logs with up to `most` entries in all. Every entry knows some of those before it: not all of them."""
    logs = scribes()
    written: list[tuple[Scribe, Forged]] = []
    opened: dict[str, tuple[str, str]] = {}
    count: int = draw(st.integers(2, most))
    for number in range(count):
        scribe = draw(st.sampled_from(logs))
        scope = scribe.audience.partition(":")[0]
        records = [record for record, (_, audience) in opened.items() if audience == scribe.audience]
        heard = [one for log, one in written if log.audience in ("rcc", scribe.audience)]
        deps: list[bytes] = []
        adds = draw(st.integers(0, 3)) > 0
        if records and adds:
            record = draw(st.sampled_from(records))
            kind = opened[record][0]
            about = [one for one in heard if one.record == record]
            act = draw(st.sampled_from(_LATER[kind]))(draw(st.sampled_from(about)), number)
            deps = [one.hash for one in about if draw(st.integers(0, 3))]
        else:
            record = ""
            kind, act = draw(st.sampled_from(_OPENINGS[scope]))
        if heard and not draw(st.integers(0, 4)):
            deps.append(draw(st.sampled_from(heard)).hash)
        after = None
        if forks and scribe.entries and not draw(st.integers(0, 4)):
            after = draw(st.sampled_from(scribe.entries))
        clocks = [one.header.clock for one in heard if one.hash in deps]
        before = after or (scribe.entries[-1] if scribe.entries else None)
        clocks += [before.header.clock] if before else []
        made = scribe.write(
            kind,
            act,
            record=record,
            deps=list(dict.fromkeys(deps)),
            after=after,
            clock=max([AT_MS + draw(st.integers(0, 30)), *(clock + 1 for clock in clocks)]),
        )
        opened.setdefault(made.record, (kind, scribe.audience))
        written.append((scribe, made))
    return [one for one in logs if one.entries]


@st.composite
def deliveries(draw: st.DrawFn, logs: list[Scribe]) -> list[bytes]:
    """The entries of all logs, cut into bundles in any way, brought in any order, some of them twice."""
    entries = [(scribe, one) for scribe in logs for one in scribe.entries]
    count = draw(st.integers(1, 6))
    piles: list[list[tuple[Scribe, Forged]]] = [[] for _ in range(count)]
    for item in entries:
        for pile in draw(st.sets(st.integers(0, count - 1), min_size=1, max_size=2)):
            piles[pile].append(item)
    order = draw(st.permutations(range(count)))
    return [bundle(HUB.desk, sections(piles[number])) for number in order if piles[number]]


def sections(pile: list[tuple[Scribe, Forged]]) -> list[Section]:
    """Sections of one pile, a log each."""
    by_log: dict[bytes, tuple[Scribe, list[Forged]]] = {}
    for scribe, one in pile:
        by_log.setdefault(scribe.log, (scribe, []))[1].append(one)
    return [scribe.section(chosen) for scribe, chosen in by_log.values()]
