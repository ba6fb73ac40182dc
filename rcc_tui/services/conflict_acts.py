"""The smallest act that sets one field of a record, by what set it before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from rcc_tui.acts import children, providers, requests, settings, vacancies
from rcc_tui.acts.kind import Act, Heard, History
from rcc_tui.domain.errors import Refused
from rcc_tui.domain.needs import check_needs
from rcc_tui.domain.vacancy import check_setting, check_vacancy
from rcc_tui.services.field_words import label, read_value, read_yes, value_text
from rcc_tui.services.outcodes import must_exist

_EDITS: dict[str, Any] = {
    "child": children.Edit,
    "episode": children.EditEpisode,
    "provider": providers.Edit,
    "setting": settings.Edit,
    "vacancy": vacancies.Edit,
}
SEARCH = "search"  # the words kept with a request
_STANDING = requests.Place | requests.Withdraw | requests.Reopen
_OUTCODES = frozenset({"home", "outcode"})


def field_label(field: str, act: Act, place: str) -> str:
    """What the field that `act` set is called; `place` names the vacancy of a shortlist."""
    if isinstance(act, requests.Shortlist):
        return f"Shortlist: {place}"
    if field == SEARCH:
        return "Words to search for"
    return "Open or closed" if _is_standing(field, act) else label(field)


def words(field: str, act: Act) -> str:
    """The value that `act` gave the field, as people read it."""
    if isinstance(act, requests.Shortlist):
        return "on the shortlist" if act.on else "off the shortlist"
    if isinstance(act, requests.Seek):
        return act.text or "none"
    if isinstance(act, requests.Place):
        return f"placed: {act.how or 'trade ' + act.trade[:8]}"
    if isinstance(act, requests.Withdraw):
        return f"withdrawn: {act.why}"
    if _is_standing(field, act):
        return f"open again: {act.why}" if isinstance(act, requests.Reopen) else "open"
    return value_text(field, _value(field, act))


def again(kind: str, field: str, act: Act) -> Act:
    """An act that sets the field to what `act` set it to, and nothing else."""
    if isinstance(act, requests.Shortlist | requests.Seek | _STANDING | vacancies.Confirm):
        return act
    if _is_standing(field, act):
        return requests.Reopen("")
    return _setting_to(kind, field, act, _value(field, act))


def anew(kind: str, field: str, acts: Sequence[Act], text: str, today: date) -> Act:
    """An act that sets the field to a value that was typed; `acts` set it before, or opened the record.

    Raises Refused for a value that the field cannot have.
    """
    first = acts[0]
    if isinstance(first, requests.Shortlist):
        return requests.Shortlist(first.vacancy, read_yes(text, field))
    if field == SEARCH:
        return requests.Seek(text.strip()[: requests.MAX_SEARCH])
    if _is_standing(field, first):
        raise Refused(
            "Whether a request is open is not a value to type.",
            where=field,
            hint="Take one of the values, or use rcc request.",
        )
    # One that only confirms carries no facts to check a value among.
    bearer: Any = next(act for act in acts if hasattr(act, "facts"))
    value = read_value(_facts(field, bearer), field, text, today)
    if field in _OUTCODES and value:
        must_exist(str(value), field)
    return _setting_to(kind, field, bearer, value, check=True)


def number_now(history: History, stated: Heard) -> tuple[int, int]:
    """What a statement of accepting places leaves: the number stated, and the places given out since that
    its author did not know of."""
    taken = 0
    places: dict[str, int] = {}
    for heard in history.heard:
        act = heard.act
        if isinstance(act, vacancies.Take):
            places[act.trade] = act.places
        if isinstance(act, vacancies.Take | vacancies.GiveBack) and not history.knew(stated, heard):
            given = places.get(act.trade, 0)
            taken += given if isinstance(act, vacancies.Take) else -given
    return int(str(_value("accepting", stated.act))), taken


def accepting(act: Act, number: int) -> Act:
    """An act that states how many places accept now."""
    return _setting_to("vacancy", "accepting", act, number)


def _is_standing(field: str, act: Act) -> bool:
    return field == "closed" and isinstance(act, requests.Open | _STANDING)


def _facts(field: str, act: Any) -> Any:
    """The facts of an act among which a field is: a request has two sorts."""
    needs = getattr(act, "needs", None)
    return needs if needs is not None and hasattr(needs, field) else act.facts


def _value(field: str, act: Act) -> object:
    return act.on if isinstance(act, vacancies.Confirm) else getattr(_facts(field, act), field)


def _setting_to(kind: str, field: str, act: Any, value: object, *, check: bool = False) -> Act:
    facts: Any = replace(_facts(field, act), **{field: value})
    if check:
        facts = _checked(kind, facts)
    if kind == "request":
        both = {"needs": act.needs, "facts": act.facts}
        both["needs" if type(facts) is type(act.needs) else "facts"] = facts
        return requests.Edit(both["needs"], both["facts"], (field,))
    made: Act = _EDITS[kind](facts, (field,))
    return made


def _checked(kind: str, facts: Any) -> Any:
    checks: dict[str, Any] = {"setting": check_setting, "vacancy": check_vacancy, "request": check_needs}
    check = checks.get(kind)
    return check(facts) if check and not isinstance(facts, requests.RequestFacts) else facts
