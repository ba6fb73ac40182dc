"""Acts about a tariff: the host publishes it, each authority adopts it for itself."""

from __future__ import annotations

from hashlib import sha256

from rcc_tui.acts.days import is_day, said_day
from rcc_tui.acts.facts import refuse_all
from rcc_tui.acts.kind import Act, Folded, History, Kind
from rcc_tui.domain.errors import RccError
from rcc_tui.domain.tariff import tariff_from_toml

_LAST_VERSION = 10_000


class Publish(Act, frozen=True, tag="publish"):
    """A price list, as text (TOML). Never changed: a new version is a new tariff."""

    text: str


class Adopt(Act, frozen=True, tag="adopt"):
    """The author's authority adopts a tariff for placements that start on or after a day (ISO)."""

    tariff: str
    from_day: str


class WithdrawAdoption(Act, frozen=True, tag="withdraw"):
    """No longer for placements that start on or after a day; what is agreed stays agreed."""

    on: str


def tariff_hash(text: str) -> str:
    """The name of a tariff: SHA-256 of its text, in hex."""
    return sha256(b"rcc/tariff/1\0" + text.encode()).hexdigest()


def fold(history: History) -> Folded:
    """One row of `tariff`."""
    folded = Folded()
    opening, rest = history.opening(Publish, folded)
    if opening is None or not isinstance(opening.act, Publish):
        return folded
    if not opening.author.host:
        folded.refuse(opening, "only the host of the co-operative publishes a tariff")
        return refuse_all(rest, folded)
    try:
        tariff = tariff_from_toml(opening.act.text)
    except RccError as error:
        folded.refuse(opening, f"no tariff that can be read: {error}")
        return refuse_all(rest, folded)
    if tariff.version > _LAST_VERSION:
        folded.refuse(opening, "its version is no number a list of prices comes to")
        return refuse_all(rest, folded)
    for heard in rest:
        folded.refuse(heard, "a tariff is never changed")
    folded.rows["tariff"] = [
        {
            "tariff": tariff_hash(opening.act.text),
            "name": tariff.name,
            "version": tariff.version,
            "valid_from": tariff.valid_from,
            "valid_to": tariff.valid_to,
            "worked_example": tariff.worked_example,
            "text": opening.act.text,
        }
    ]
    return folded


def fold_adoption(history: History) -> Folded:
    """One row of `adoption`."""
    folded = Folded()
    opening, rest = history.opening(Adopt, folded)
    if opening is None or not isinstance(opening.act, Adopt):
        return folded
    if not is_day(opening.act.from_day):
        folded.refuse(opening, "is from a day that does not exist")
        return refuse_all(rest, folded)
    withdrawn = ""
    for heard in rest:
        if heard.author.code != opening.author.code:
            folded.refuse(heard, "only the authority that adopted can withdraw")
        elif isinstance(heard.act, WithdrawAdoption) and not is_day(heard.act.on):
            folded.refuse(heard, "is from a day that does not exist")
        elif isinstance(heard.act, WithdrawAdoption):
            withdrawn = heard.act.on
    folded.rows["adoption"] = [
        {
            "authority": opening.author.code,
            "tariff": opening.act.tariff,
            "from_day": opening.act.from_day,
            "withdrawn_on": withdrawn,
        }
    ]
    return folded


def line(act: Act) -> str:
    """The act as one line of history."""
    if isinstance(act, Publish):
        return f"published tariff {tariff_hash(act.text)[:8]}"
    if isinstance(act, Adopt):
        return f"adopted tariff {act.tariff[:8]} from {said_day(act.from_day)}"
    return f"withdrew the adoption from {said_day(act.on)}" if isinstance(act, WithdrawAdoption) else ""


TARIFF = Kind("tariff", "rcc", Publish, ("tariff",), fold, line)
ADOPTION = Kind("adoption", "rcc", Adopt | WithdrawAdoption, ("adoption",), fold_adoption, line)
