"""What people do at their desks, through the services."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from rcc_tui.domain.needs import Needs
from rcc_tui.domain.vacancy import SettingFacts, VacancyFacts
from rcc_tui.services import finding, places, requests, tariffs, trades
from rcc_tui.services.desk import Desk
from tests.simulation.world import Broken, Machine, World

_REASONS = ("no_match", "needs", "staffing")
_OPEN = "SELECT record FROM request WHERE state IN ('open', 'shortlisted')"
# What is edited is rather one of a few, so that two desks edit the same, having heard each other or not.
_FEW = 2
_MINE = "(buyer=?1 OR seller=?1)"
Op = Callable[[Desk], object]


def _day(world: World, least: int = -20, most: int = 60) -> str:
    """A day about now, by the true time: people agree on days, whatever their machines show."""
    today = datetime.fromtimestamp(world.time.ms / 1000, UTC).date()
    return (today + timedelta(days=world.random.randrange(least, most))).isoformat()


def _needs(world: World, token: str) -> Needs:
    draw = world.random
    return Needs(
        age=draw.randrange(0, 18),
        sex=draw.choice("FM"),
        needed_by=_day(world),
        siblings=draw.choice((1, 1, 1, 2)),
        home="RG1",
        health=token,
    )


def _must_win(desk: Desk, record: str, field: str, shown: object, said: object) -> None:
    """Who edits last has seen what was there before: that counts alone, whatever the clocks show.

    To say once more what is shown already is no edit, and settles no conflict.
    """
    conflict = desk.store.write.execute(
        "SELECT candidates FROM conflict WHERE record=? AND field=?", (record, field)
    ).fetchone()
    if shown != said or conflict is not None:
        raise Broken("a later edit wins", f"{desk.code} said {said} and sees {shown}, {conflict}")


def ask(world: World, machine: Machine) -> Op | None:
    """Log a request."""
    token = world.token()
    needs = _needs(world, "asthma")

    def op(desk: Desk) -> None:
        made = requests.add(desk, needs, child=token, officer=token)
        world.tokens[token] = (desk.code, "request", made.id)

    return op


def change_request(world: World, machine: Machine) -> Op | None:
    """Change the needs of a request, or who deals with it."""
    id = world.pick(machine, _OPEN, of=_FEW)
    age, officer = world.random.randrange(0, 18), world.random.choice(("", "A. Adeyemi", "B. Brown"))
    if not id:
        return None

    def op(desk: Desk) -> None:
        before = requests.show(desk, id).needs
        made = requests.edit(desk, id, replace(before, age=age), officer=officer or None)
        if age != before.age:
            _must_win(desk, made.id, "age", made.needs.age, age)

    return op


def close_request(world: World, machine: Machine) -> Op | None:
    """No place is needed any more."""
    id = world.pick(machine, _OPEN)
    return (lambda desk: requests.withdraw(desk, id, "family found")) if id else None


def reopen_request(world: World, machine: Machine) -> Op | None:
    """A place is needed after all."""
    id = world.pick(machine, "SELECT record FROM request WHERE state IN ('withdrawn', 'placed')")
    return (lambda desk: requests.reopen(desk, id, "it did not last")) if id else None


def offer(world: World, machine: Machine) -> Op | None:
    """Offer places, in a setting known or new."""
    token, draw = world.token(), world.random
    ref = f"v{draw.getrandbits(40):010x}"
    home = world.pick(machine, "SELECT record FROM setting WHERE keeper=? AND NOT closed", machine.code)
    accepting, new = draw.randrange(1, 4), draw.randrange(3) == 0

    def op(desk: Desk) -> None:
        at = home
        if new or not at:
            facts = SettingFacts(
                token,
                "Willow Lodge",
                token,
                desk.code,
                "foster",
                "U6",
                outcode="OX4",
                town="Oxford",
                registered=9,
            )
            at = places.add_setting(desk, facts).id
            world.tokens[token] = (desk.code, "setting", at)
        places.add(desk, at, VacancyFacts(ref=ref, accepting=accepting, age_min=0, age_max=18))

    return op


def _kept(world: World, machine: Machine) -> str:
    return world.pick(machine, "SELECT record FROM vacancy WHERE keeper=? AND state='open'", machine.code)


def edit_place(world: World, machine: Machine) -> Op | None:
    """Another number of places, or other ages."""
    id = _kept(world, machine)
    accepting, most = world.random.randrange(0, 4), world.random.randrange(10, 19)
    if not id:
        return None

    def op(desk: Desk) -> None:
        facts = places.show(desk, id).place.vacancy
        places.edit(desk, id, replace(facts, accepting=accepting, age_max=most))

    return op


def rename_setting(world: World, machine: Machine) -> Op | None:
    """A setting under another name: two desks may do so at once."""
    id = world.pick(
        machine, "SELECT record FROM setting WHERE keeper=? AND NOT closed", machine.code, of=_FEW
    )
    town, occupied = f"Town {world.random.randrange(1000)}", world.random.randrange(9)
    if not id:
        return None

    def op(desk: Desk) -> None:
        facts = places.show_setting(desk, id).facts
        made = places.edit_setting(desk, id, replace(facts, town=town, occupied=occupied))
        if town != facts.town:
            _must_win(desk, made.id, "town", made.facts.town, town)

    return op


def confirm_place(world: World, machine: Machine) -> Op | None:
    """Unchanged, as of today."""
    id = _kept(world, machine)
    return (lambda desk: places.confirm(desk, id)) if id else None


def hold_place(world: World, machine: Machine) -> Op | None:
    """Keep a place for another authority."""
    id, whom = _kept(world, machine), world.random.choice(world.busy)
    if not id:
        return None
    return lambda desk: places.hold(
        desk, id, held_for=whom, until=(desk.clock.now() + timedelta(days=2)).isoformat(timespec="minutes")
    )


def release_place(world: World, machine: Machine) -> Op | None:
    """Give a hold up."""
    id = world.pick(machine, "SELECT record FROM hold WHERE NOT released")
    return (lambda desk: places.release(desk, id)) if id else None


def close_place(world: World, machine: Machine) -> Op | None:
    """No longer offered."""
    id = _kept(world, machine)
    return (lambda desk: places.close(desk, id, "full")) if id else None


def propose(world: World, machine: Machine) -> Op | None:
    """Ask for a place of another authority."""
    draw = world.random
    vacancy = world.pick(machine, "SELECT record FROM vacancy WHERE keeper<>? AND state='open'", machine.code)
    request = world.pick(machine, _OPEN) if draw.randrange(2) else ""
    token = world.token()
    needs = None if request else _needs(world, token)
    start, weekly = _day(world, -10, 20), draw.randrange(40_000, 400_000)
    end = _day(world, 40, 200) if draw.randrange(3) else ""
    if not vacancy:
        return None

    def op(desk: Desk) -> None:
        made = trades.propose(
            desk,
            vacancy,
            start=start,
            end=end,
            request=request,
            needs=needs,
            weekly=weekly,
            off_tariff="agreed by telephone",
        )
        if needs is not None:
            world.tokens[token] = (desk.code, "referral", made.terms.referral)

    return op


def _open_trade(world: World, machine: Machine, mine: bool) -> str:
    sign = "=" if mine else "<>"
    return world.pick(
        machine,
        f"SELECT record FROM trade WHERE state='proposed' AND proposer{sign}?1 AND {_MINE}",
        machine.code,
    )


def accept(world: World, machine: Machine) -> Op | None:
    """Countersign."""
    id = _open_trade(world, machine, mine=False)
    return (lambda desk: trades.accept(desk, id)) if id else None


def decline(world: World, machine: Machine) -> Op | None:
    """Turn down."""
    id, why = _open_trade(world, machine, mine=False), world.random.choice(_REASONS)
    return (lambda desk: trades.decline(desk, id, why)) if id else None


def counter(world: World, machine: Machine) -> Op | None:
    """Another price, from either side."""
    id = _open_trade(world, machine, mine=bool(world.random.randrange(2)))
    weekly = world.random.randrange(40_000, 400_000)
    if not id:
        return None
    return lambda desk: trades.counter(desk, id, weekly=weekly, off_tariff="siblings stay together")


def take_back(world: World, machine: Machine) -> Op | None:
    """Withdraw my own proposal."""
    id = _open_trade(world, machine, mine=True)
    return (lambda desk: trades.withdraw(desk, id)) if id else None


def _going(world: World, machine: Machine) -> str:
    return world.pick(
        machine,
        f"SELECT record FROM trade WHERE state IN ('agreed', 'started', 'ended') AND {_MINE}",
        machine.code,
    )


def start(world: World, machine: Machine) -> Op | None:
    """The child moved in."""
    id, day = _going(world, machine), _day(world, -5, 10)
    return (lambda desk: trades.start(desk, id, day)) if id else None


def notice(world: World, machine: Machine) -> Op | None:
    """The placement is to end."""
    id, day = _going(world, machine), _day(world, 20, 60)
    return (lambda desk: trades.notice(desk, id, day)) if id else None


def end(world: World, machine: Machine) -> Op | None:
    """The child left."""
    id, day = _going(world, machine), _day(world, 10, 60)
    return (lambda desk: trades.end(desk, id, day, "CARPL")) if id else None


def quarrel(world: World, machine: Machine) -> Op | None:
    """Dispute a trade, or settle what is disputed or contested."""
    id, what = _going(world, machine), world.random.randrange(3)
    if not id:
        return None
    if what == 0:
        return lambda desk: trades.dispute(desk, id, "the price")
    return lambda desk: trades.resolve(desk, id, "by telephone", stands=what == 1)


def adopt(world: World, machine: Machine) -> Op | None:
    """Take the region's tariff."""
    id = world.pick(machine, "SELECT tariff FROM tariff")
    return (lambda desk: tariffs.adopt(desk, id, "2026-04-01")) if id else None


def search(world: World, machine: Machine) -> Op | None:
    """Look for a place: the index of the list is kept in the store, too."""
    words = world.random.choice(("foster", "girl 12 oxfordshire", "willow"))
    return lambda desk: finding.search(desk, words)


# How often each is done, in relation to the others.
ACTS: tuple[tuple[int, Callable[[World, Machine], Op | None]], ...] = (
    (8, ask),
    (8, change_request),
    (2, close_request),
    (2, reopen_request),
    (9, offer),
    (4, edit_place),
    (8, rename_setting),
    (2, confirm_place),
    (3, hold_place),
    (2, release_place),
    (1, close_place),
    (14, propose),
    (14, accept),
    (2, decline),
    (4, counter),
    (1, take_back),
    (6, start),
    (2, notice),
    (4, end),
    (3, quarrel),
    (1, adopt),
    (4, search),
)
_WEIGHTS = [weight for weight, _ in ACTS]


def do_something(world: World, machine: Machine) -> None:
    """One act, drawn; what a desk has nothing to do it with does not happen."""
    ((_, what),) = world.random.choices(ACTS, _WEIGHTS)
    op = what(world, machine)
    if op is not None:
        world.attempt(machine, what.__name__, op)
