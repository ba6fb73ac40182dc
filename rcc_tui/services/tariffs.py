"""Tariffs: published by the host, adopted by each authority, in force between two that both adopted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from db.queries import tariffs as queries
from db.queries.tariffs import StoredAdoption, StoredTariff
from rcc_tui.acts.tariffs import Adopt, Publish, WithdrawAdoption, tariff_hash
from rcc_tui.domain.dates import iso_date, show_date
from rcc_tui.domain.errors import Refused
from rcc_tui.domain.tariff import Tariff, tariff_from_toml, uplifted
from rcc_tui.domain.tariff_diff import Difference, differences, percent_words
from rcc_tui.domain.tariff_toml import tariff_to_toml
from rcc_tui.services.desk import Desk
from rcc_tui.services.directory import members
from rcc_tui.services.ids import full_id


@dataclass(frozen=True, slots=True)
class AdoptionView:
    """An authority's adoption: for placements that start from `from_day` on, up to and not including
    `withdrawn_on` where that is not empty (ISO)."""

    authority: str
    from_day: str
    withdrawn_on: str

    @property
    def days(self) -> str:
        """“from 01/04/2026, not from 01/04/2027”; what was taken back before it began never
        was."""
        if self.withdrawn_on and self.withdrawn_on <= self.from_day:
            return f"not at all: taken back before {show_date(self.from_day)}"
        until = f", not from {show_date(self.withdrawn_on)}" if self.withdrawn_on else ""
        return f"from {show_date(self.from_day)}{until}"


@dataclass(frozen=True, slots=True)
class TariffView:
    """A published price list. `id` is the hash of its text; `adopted_by` are the codes of the authorities
    whose adoption stands, from whatever day; `adoptions` are all there ever were."""

    id: str
    name: str
    version: int
    valid_from: str
    valid_to: str
    worked_example: bool
    adopted_by: tuple[str, ...]
    text: str
    adoptions: tuple[AdoptionView, ...] = ()

    def document(self) -> Tariff:
        """The price list itself."""
        return tariff_from_toml(self.text)


def publish(desk: Desk, text: str) -> TariffView:
    """Publish a price list (TOML) to the region. Raises Refused for all but the host."""
    if not desk.member.host:
        hosts = ", ".join(f"{one.code} {one.name}" for one in members(desk) if one.host)
        raise Refused(
            "Only the host of the co-operative publishes a tariff.",
            where="tariff",
            hint=f"Send the document to {hosts or 'the host authority'}.",
        )
    document = tariff_from_toml(text)
    for known in desk.read(queries.tariffs):
        if (known.name, known.version) == (document.name, document.version):
            raise Refused(
                f"Version {known.version} of “{known.name}” is published already.",
                where="version",
                hint="A tariff never changes: give the new prices a new version.",
            )
    with desk.writing() as w:
        w.act("tariff", Publish(text))
    return show(desk, tariff_hash(text))


def adopt(desk: Desk, id: str, from_day: str) -> TariffView:
    """My authority takes a tariff for placements that start on or after a day (ISO). Raises Refused."""
    tariff = show(desk, id)
    if desk.role != "authority":
        raise Refused("A hub trades no places and adopts no tariff.", where="tariff", hint="Authorities do.")
    day = iso_date(from_day, "from_day")
    if tariff.valid_to and day > iso_date(tariff.valid_to):
        raise Refused(
            f"{tariff.name} ends on {show_date(tariff.valid_to)}.",
            where="from_day",
            hint="Give a day before.",
        )
    if desk.code in tariff.adopted_by:
        raise Refused(
            f"{desk.code} has adopted this tariff already.", where="tariff", hint="There is nothing to do."
        )
    with desk.writing() as w:
        w.act("adoption", Adopt(tariff.id, from_day))
    return show(desk, tariff.id)


def withdraw(desk: Desk, id: str, on: str) -> TariffView:
    """My authority takes back its adoption for placements that start on or after a day (ISO), today or
    later: what is agreed stays agreed. Raises Refused."""
    tariff = show(desk, id)
    day = iso_date(on, "on")
    if day < desk.clock.today():
        raise Refused(
            f"{show_date(day)} is over: prices may have been agreed by the tariff since.",
            where="on",
            hint="Give today or a day to come.",
        )
    mine = [
        one
        for one in desk.read(queries.adoptions)
        if (one.tariff, one.authority) == (tariff.id, desk.code) and not one.withdrawn_on
    ]
    if not mine:
        raise Refused(
            f"{desk.code} has not adopted this tariff.", where="tariff", hint="There is nothing to take back."
        )
    with desk.writing() as w:
        for one in mine:
            w.act("adoption", WithdrawAdoption(on), record=one.record)
    return show(desk, tariff.id)


def compare(desk: Desk, old: str, new: str) -> tuple[Difference, ...]:
    """What differs between two tariffs, by their ids. Raises NotFound."""
    return differences(show(desk, old).document(), show(desk, new).document())


def uplift(desk: Desk, id: str, from_day: str, percent: int | None = None) -> str:
    """The next version of a tariff as TOML, to look at and to publish: every price raised by its own yearly
    uplift or by `percent` (in hundredths of a percent), from a day (ISO) after its own. Raises Refused."""
    view = show(desk, id)
    day = iso_date(from_day, "from_day")
    if day <= iso_date(view.valid_from):
        raise Refused(
            f"Version {view.version} holds from {show_date(view.valid_from)} itself.",
            where="from_day",
            hint="Give a later day.",
        )
    old = view.document()
    new = uplifted(old if percent is None else replace(old, uplift=percent), from_day)
    raised = percent_words(new.uplift)
    note = f"Version {view.version} of {view.name}, its prices raised by {raised} from {show_date(day)}."
    return tariff_to_toml(new, note)


def listing(desk: Desk) -> tuple[TariffView, ...]:
    """All published tariffs, by name, newest version first."""
    adoptions = desk.read(queries.adoptions)
    return tuple(_view(one, adoptions) for one in desk.read(queries.tariffs))


def show(desk: Desk, id: str) -> TariffView:
    """One tariff by its hash or the first digits of it. Raises NotFound."""
    whole = full_id(desk, "tariff", id)
    return next(one for one in listing(desk) if one.id == whole)


def worked_examples(desk: Desk) -> frozenset[str]:
    """The ids of tariffs that are worked examples: it must be said wherever their prices are shown."""
    return frozenset(one.tariff for one in desk.read(queries.tariffs) if one.worked_example)


def in_force(desk: Desk, a: str, b: str, day: str | date) -> TariffView | None:
    """The tariff that authorities `a` and `b` have both adopted for a placement starting on `day`.

    Of several the newest version: the highest number, then the latest `valid_from`.
    """
    when = (day if isinstance(day, date) else iso_date(day, "start")).isoformat()
    adoptions = desk.read(queries.adoptions)
    of_a, of_b = (
        {one.tariff for one in adoptions if one.authority == code and _holds(one, when)} for code in (a, b)
    )
    both = [one for one in desk.read(queries.tariffs) if one.tariff in of_a & of_b and _valid(one, when)]
    if not both:
        return None
    newest = max(both, key=lambda one: (one.version, one.valid_from, one.tariff))
    return _view(newest, adoptions)


def _holds(adoption: StoredAdoption, day: str) -> bool:
    return adoption.from_day <= day and not (adoption.withdrawn_on and adoption.withdrawn_on <= day)


def _valid(tariff: StoredTariff, day: str) -> bool:
    return tariff.valid_from <= day and not (tariff.valid_to and day > tariff.valid_to)


def _view(tariff: StoredTariff, adoptions: Iterable[StoredAdoption]) -> TariffView:
    mine = (one for one in adoptions if one.tariff == tariff.tariff)
    told = tuple(AdoptionView(one.authority, one.from_day, one.withdrawn_on) for one in mine)
    adopted = {one.authority for one in told if not one.withdrawn_on}
    return TariffView(
        tariff.tariff,
        tariff.name,
        tariff.version,
        tariff.valid_from,
        tariff.valid_to,
        tariff.worked_example,
        tuple(sorted(adopted)),
        tariff.text,
        told,
    )
