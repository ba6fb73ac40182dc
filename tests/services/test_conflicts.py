"""Two desks of an authority edit offline: both values are shown with who and when, and settled by an act."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rcc_tui.acts import children, providers
from rcc_tui.acts import requests as request_acts
from rcc_tui.acts import vacancies as vacancy_acts
from rcc_tui.acts.kind import Act
from rcc_tui.domain.child import ChildFacts, EpisodeFacts
from rcc_tui.domain.errors import NotFound, Refused
from rcc_tui.domain.needs import Needs
from rcc_tui.domain.vacancy import VacancyFacts
from rcc_tui.services import conflicts, places, requests
from rcc_tui.services.today import today
from tests.attacks.stores import Copies, copies_of, make_models
from tests.region import CODES, carry, seat
from tests.trading import offer

RECORD = "00" * 16
OWN, RCC = "own:870", "rcc"


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Closed stores of Reading (two desks), Oxfordshire and the hub."""
    return make_models(tmp_path_factory.mktemp("models"), [*map(seat, CODES), seat("870", 2)])


@pytest.fixture
def copies(models: Path, tmp_path: Path) -> Iterator[Copies]:
    """Fresh desks as often as asked for."""
    with copies_of(models, tmp_path / "stores") as made:
        yield made


class Pair:
    """Both desks of Reading, and what they tell each other."""

    def __init__(self, copies: Copies, folder: Path) -> None:
        self.one, self.two = copies.desk(seat("870")), copies.desk(seat("870", 2))
        self.folder = folder
        folder.mkdir(exist_ok=True)

    def meet(self) -> None:
        """Each tells the other."""
        carry(self.one, self.two, self.folder)
        carry(self.two, self.one, self.folder)

    def agree(self) -> bool:
        """Whether both add up to the same."""
        return all(self.one.digest(name) == self.two.digest(name) for name in (OWN, RCC))


@pytest.fixture
def pair(copies: Copies, tmp_path: Path) -> Pair:
    """Both desks of Reading with fresh stores."""
    return Pair(copies, tmp_path / "box")


def both_edit(pair: Pair, kind: str, opening: Act, first: Act, second: Act) -> str:
    """A record that both have heard of and edit apart; its id."""
    with pair.one.writing() as w:
        record = w.act(kind, opening).record
    pair.meet()
    for desk, act in ((pair.one, first), (pair.two, second)):
        with desk.writing() as w:
            w.act(kind, act, record=record)
    pair.meet()
    return record


PLACES = VacancyFacts("V1", 2, 8, 14)
CHILD = ChildFacts("C1", dob="2014-05-01")
EPISODE = EpisodeFacts("C1", "2026-11-01")
PROVIDER = providers.ProviderFacts("Elm Care")
NEEDS, FACTS = Needs(12, "F"), request_acts.RequestFacts(child="C1")
SHORTLISTED = "ab" * 16


def _edit(**change: object) -> Act:
    return vacancy_acts.Edit(replace(PLACES, **change), tuple(change))  # type: ignore[arg-type]


CASES: dict[str, tuple[str, Act, Act, Act, str, tuple[str, str], str]] = {
    "child": (
        "child",
        children.Open(CHILD),
        children.Edit(replace(CHILD, dob="2014-05-02"), ("dob",)),
        children.Edit(replace(CHILD, dob="2014-05-03"), ("dob",)),
        "dob",
        ("02/05/2014", "03/05/2014"),
        "4/5/2014",
    ),
    "episode": (
        "episode",
        children.OpenEpisode(RECORD, EPISODE),
        children.EditEpisode(replace(EPISODE, weekly=100_000), ("weekly",)),
        children.EditEpisode(replace(EPISODE, weekly=200_000), ("weekly",)),
        "weekly",
        ("£1,000.00", "£2,000.00"),
        "1,500.00",
    ),
    "provider": (
        "provider",
        providers.Open(PROVIDER),
        providers.Edit(replace(PROVIDER, name="Ash"), ("name",)),
        providers.Edit(replace(PROVIDER, name="Oak"), ("name",)),
        "name",
        ("Ash", "Oak"),
        "Beech",
    ),
    "needs of a request": (
        "request",
        request_acts.Open(NEEDS, FACTS),
        request_acts.Edit(replace(NEEDS, emergency=True), FACTS, ("emergency",)),
        request_acts.Edit(replace(NEEDS, age=13), FACTS, ("age", "emergency")),
        "emergency",
        ("yes", "no"),
        "yes",
    ),
    "facts of a request": (
        "request",
        request_acts.Open(NEEDS, FACTS),
        request_acts.Edit(NEEDS, replace(FACTS, officer="Ann"), ("officer",)),
        request_acts.Edit(NEEDS, replace(FACTS, officer="Ben"), ("officer",)),
        "officer",
        ("Ann", "Ben"),
        "Cleo",
    ),
    "shortlist": (
        "request",
        request_acts.Open(NEEDS, FACTS),
        request_acts.Shortlist(SHORTLISTED, True),
        request_acts.Shortlist(SHORTLISTED, False),
        SHORTLISTED,
        ("on the shortlist", "off the shortlist"),
        "no",
    ),
    "days of a vacancy": (
        "vacancy",
        vacancy_acts.Open(RECORD, "870", PLACES),
        vacancy_acts.Confirm("2026-11-30"),
        _edit(confirmed_on="2026-11-29"),
        "confirmed_on",
        ("30/11/2026", "29/11/2026"),
        "today",
    ),
    "confirmed twice": (
        "vacancy",
        vacancy_acts.Open(RECORD, "870", PLACES),
        vacancy_acts.Confirm("2026-11-30"),
        vacancy_acts.Confirm("2026-11-29"),
        "confirmed_on",
        ("30/11/2026", "29/11/2026"),
        "28/11/2026",
    ),
    "list of a vacancy": (
        "vacancy",
        vacancy_acts.Open(RECORD, "870", PLACES),
        _edit(needs=("autism",)),
        _edit(needs=("autism", "trauma")),
        "needs",
        ("autism", "autism, trauma"),
        "trauma",
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
@pytest.mark.parametrize("take", [1, 2, 0])
def test_every_kind_of_field_is_shown_and_settled(
    pair: Pair, case: tuple[str, Act, Act, Act, str, tuple[str, str], str], take: int
) -> None:
    kind, opening, first, second, field, texts, own = case
    record = both_edit(pair, kind, opening, first, second)
    (view,) = conflicts.listing(pair.two)
    assert conflicts.listing(pair.one) == (view,)
    assert (view.record, view.kind, view.field, view.why_not) == (record, kind, field, "")
    assert {one.text for one in view.candidates} == set(texts)
    assert [(one.who, one.who_name) for one in view.candidates] == [("870", "Reading")] * 2
    assert {one.desk for one in view.candidates} == {"Desk 1", "Desk 2"}
    assert [one.shown for one in view.candidates] == [False, True]
    value = None if take else own
    done = conflicts.resolve(pair.two, record[:8], field, take=take, value=value)
    if take:
        assert done.text == view.candidates[take - 1].text
    pair.meet()
    for desk in (pair.one, pair.two):
        assert conflicts.listing(desk) == ()
        assert all(before == after for before, after in desk.rebuild().values())
    assert pair.agree()


def test_settling_sets_that_field_alone(pair: Pair) -> None:
    record = both_edit(
        pair,
        "vacancy",
        vacancy_acts.Open(RECORD, "870", PLACES),
        _edit(accepting=3, sex="F"),
        _edit(accepting=4, sex="M"),
    )
    conflicts.resolve(pair.one, record, "Places accepting", take=2)
    pair.meet()
    (view,) = conflicts.listing(pair.two)
    assert (view.field, {one.text for one in view.candidates}) == ("sex", {"F", "M"})


def test_open_or_placed_is_taken_never_typed(pair: Pair) -> None:
    record = both_edit(
        pair,
        "request",
        request_acts.Open(NEEDS, FACTS),
        request_acts.Withdraw("went home"),
        request_acts.Place("", "with an aunt"),
    )
    (view,) = conflicts.listing(pair.one)
    assert view.label == "Open or closed"
    texts = [one.text for one in view.candidates]
    assert set(texts) == {"withdrawn: went home", "placed: with an aunt"}
    with pytest.raises(Refused, match="not a value to type"):
        conflicts.resolve(pair.one, record, "closed", value="open")
    conflicts.resolve(pair.one, record, "closed", take=1 + texts.index("withdrawn: went home"))
    pair.meet()
    assert requests.show(pair.two, record).state == "withdrawn"


def test_places_given_out_since_are_taken_off_the_number(pair: Pair) -> None:
    vacancy = offer(pair.one, accepting=2)
    pair.meet()
    facts = places.show(pair.one, vacancy).place.vacancy
    places.edit(pair.two, vacancy, replace(facts, accepting=4))
    places.edit(pair.one, vacancy, replace(facts, accepting=5))
    with pair.one.writing() as w:
        w.act("vacancy", vacancy_acts.Take("cd" * 16, 1), record=vacancy)
    pair.meet()
    (view,) = (one for one in conflicts.listing(pair.one) if one.field == "accepting")
    assert {one.text for one in view.candidates} == {
        "4, of which 1 given out since: 3 now",
        "5, of which 1 given out since: 4 now",
    }
    four = next(number for number, one in enumerate(view.candidates, 1) if one.value == 4)
    conflicts.resolve(pair.two, vacancy, "accepting", take=four)
    pair.meet()
    assert places.show(pair.one, vacancy).place.vacancy.accepting == 3
    assert pair.agree()


def test_more_given_out_than_stated_wants_a_number_of_ones_own(pair: Pair) -> None:
    vacancy = offer(pair.one, accepting=2)
    pair.meet()
    facts = places.show(pair.one, vacancy).place.vacancy
    places.edit(pair.two, vacancy, replace(facts, accepting=1))
    places.edit(pair.one, vacancy, replace(facts, accepting=3))
    with pair.one.writing() as w:
        w.act("vacancy", vacancy_acts.Take("cd" * 16, 3), record=vacancy)
    pair.meet()
    (view,) = (one for one in conflicts.listing(pair.two) if one.field == "accepting")
    one = next(number for number, value in enumerate(view.candidates, 1) if value.value == 1)
    with pytest.raises(Refused, match="3 places have been given out"):
        conflicts.resolve(pair.two, vacancy, "accepting", take=one)
    conflicts.resolve(pair.two, vacancy, "accepting", value="0")
    assert places.show(pair.two, vacancy).place.vacancy.accepting == 0


def test_only_who_keeps_the_record_settles_it(pair: Pair, copies: Copies) -> None:
    both_edit(pair, "vacancy", vacancy_acts.Open(RECORD, "870", PLACES), _edit(sex="F"), _edit(sex="M"))
    for code in ("931", "HUB-N"):
        reader = copies.desk(seat(code))
        carry(pair.one, reader, pair.folder)
        (view,) = conflicts.listing(reader)
        assert view.why_not == "Only Reading can settle this: it keeps the record."
        with pytest.raises(Refused, match="Only Reading"):
            conflicts.resolve(reader, view.record, "sex", take=1)
        assert [item for item in today(reader) if item.kind == "conflict"] == []


@pytest.mark.parametrize(
    ("field", "take", "value", "said"),
    [
        ("sex", 3, None, "There is no value 3"),
        ("sex", 0, None, "There is no value 0"),
        ("sex", 0, "Q", "sex"),
        ("accepting", 0, "many", "no number"),
        ("accepting", 0, "-1", "no number"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    pair: Pair, field: str, take: int, value: str | None, said: str
) -> None:
    record = both_edit(
        pair,
        "vacancy",
        vacancy_acts.Open(RECORD, "870", PLACES),
        _edit(accepting=3, sex="F"),
        _edit(accepting=4, sex="M"),
    )
    before = pair.one.digest(RCC)
    with pytest.raises(Refused, match=said):
        conflicts.resolve(pair.one, record, field, take=take, value=value)
    assert pair.one.digest(RCC) == before


def test_what_is_not_in_conflict_is_not_found(pair: Pair) -> None:
    record = both_edit(
        pair, "vacancy", vacancy_acts.Open(RECORD, "870", PLACES), _edit(sex="F"), _edit(sex="M")
    )
    with pytest.raises(NotFound, match="ref"):
        conflicts.resolve(pair.one, record, "ref", take=1)
    with pytest.raises(NotFound):
        conflicts.resolve(pair.one, "ffffffff", "sex", take=1)
    with pytest.raises(Refused, match="too short"):
        conflicts.resolve(pair.one, "", "sex", take=1)


def test_a_value_that_came_meanwhile_stops_the_choice(pair: Pair) -> None:
    record = both_edit(
        pair, "vacancy", vacancy_acts.Open(RECORD, "870", PLACES), _edit(sex="F"), _edit(sex="M")
    )
    seen = [one.entry for one in conflicts.listing(pair.one)[0].candidates]
    with pair.two.writing() as w:
        w.act("vacancy", _edit(accepting=9), record=record)
    conflicts.resolve(pair.two, record, "sex", value="A")
    with pair.one.writing() as w:
        w.act("vacancy", _edit(sex="A"), record=record)
    pair.meet()
    with pytest.raises(NotFound):
        conflicts.resolve(pair.one, record, "sex", take=1, seen=seen)


def test_today_names_a_conflict_of_ones_own(pair: Pair) -> None:
    record = both_edit(
        pair, "vacancy", vacancy_acts.Open(RECORD, "870", PLACES), _edit(sex="F"), _edit(sex="M")
    )
    (item,) = (item for item in today(pair.one) if item.kind == "conflict")
    assert (item.where, item.id) == ("sync", record)
    assert item.text == "Two values of Sex: Vacancy V1"


NAMES = st.sampled_from(["Ash", "Oak", "Elm"])


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=NAMES, second=NAMES, ways=st.sets(st.sampled_from(["one", "two"]), min_size=1), data=st.data())
def test_both_show_the_same_and_settling_anywhere_ends_alike(
    models: Path,
    tmp_path_factory: pytest.TempPathFactory,
    first: str,
    second: str,
    ways: set[str],
    data: st.DataObject,
) -> None:
    """Concurrent edits: one conflict, one digest; settled at either desk or at both at once: one digest."""
    with copies_of(models, tmp_path_factory.mktemp("stores")) as copies:
        pair = Pair(copies, tmp_path_factory.mktemp("box"))
        record = both_edit(
            pair,
            "provider",
            providers.Open(PROVIDER),
            providers.Edit(replace(PROVIDER, name=first), ("name",)),
            providers.Edit(replace(PROVIDER, name=second), ("name",)),
        )
        shown = conflicts.listing(pair.one)
        assert shown == conflicts.listing(pair.two)
        assert pair.agree()
        assert bool(shown) == (first != second)
        if not shown:
            return
        settled = set()
        for way in sorted(ways):
            take = data.draw(st.integers(0, 2))
            value = data.draw(NAMES) if not take else None
            settled.add(conflicts.resolve(getattr(pair, way), record, "name", take=take, value=value).text)
        pair.meet()
        assert pair.agree()
        again = conflicts.listing(pair.one)
        assert again == conflicts.listing(pair.two)
        assert {one.text for view in again for one in view.candidates} == (
            settled if len(settled) > 1 else set()
        )
