"""What the index holds about one place, and how it is made from the regional list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from rcc_tui.domain.authorities import Authority
from rcc_tui.domain.needs import RATIOS
from rcc_tui.domain.vacancy import Place
from rcc_tui.search.tokens import tokenise

TYPE_WORDS: dict[str, tuple[str, ...]] = {
    "foster": ("foster", "fostering", "carer", "household"),
    "residential": ("residential", "childrens", "home"),
    "supported": ("supported", "accommodation", "semi", "independent"),
    "secure": ("secure", "childrens", "home"),
    "school": ("residential", "school"),
}


@dataclass(frozen=True, slots=True)
class IndexRow:
    """One place as search sees it. `words` are tokens (see `tokenise`); `needs` are codes as the vacancy
    has them. `weekly` is pence a week, 0 = by the tariff; dates are ISO 8601 or empty; `free` places.

    `place` is the SSDA903 PLACE code, `type` the care type, `stale_on` the day last confirmed; `marks` are
    further facts that weigh: `ratio:2:1`, `stay:short`, `town:slough`, `ground floor`, `unregistered`.
    """

    id: str
    words: tuple[str, ...]
    age_min: int = 0
    age_max: int = 18
    sex: str = "A"
    siblings: int = 1
    weekly: int = 0
    outcode: str = ""
    place: str = ""
    type: str = ""
    hub: str = ""
    authority: str = ""
    free: int = 1
    emergency: bool = False
    solo: bool = False
    stale_on: str = ""
    protected: str = ""
    reserved_for: tuple[str, ...] = ()
    reserved_until: str = ""
    available_from: str = ""
    needs: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()


def index_row(
    place: Place, authority: Authority | None = None, synonyms: Mapping[str, str] | None = None
) -> IndexRow:
    """The row of a place. The authority's trust and short names, the words of the type and the meaning of
    abbreviations (`synonyms`) become words by which it is found."""
    setting, vacancy = place.setting, place.vacancy
    words = dict.fromkeys(chain(*map(tokenise, texts_of(place, authority))))
    for word in list(words):
        words.update(dict.fromkeys(tokenise((synonyms or {}).get(word, ""))))
    words.pop("", None)
    return IndexRow(
        id=place.id,
        words=tuple(words),
        age_min=vacancy.age_min,
        age_max=vacancy.age_max,
        sex=vacancy.sex,
        siblings=_together(place),
        weekly=vacancy.weekly,
        outcode=setting.outcode,
        place=setting.place,
        type=setting.type,
        hub=place.hub or (authority.hub if authority else ""),
        authority=setting.authority,
        free=place.free,
        emergency=vacancy.emergency,
        solo=vacancy.solo,
        stale_on=vacancy.confirmed_on,
        protected=vacancy.protected.strip(),
        reserved_for=vacancy.reserved_for,
        reserved_until=vacancy.reserved_until,
        available_from=vacancy.available_from,
        needs=vacancy.needs,
        marks=tuple(_marks(place)),
    )


def texts_of(place: Place, authority: Authority | None = None) -> list[str]:
    """The fields of text by which a place is found; words side by side are looked for in each by itself."""
    setting, vacancy = place.setting, place.vacancy
    texts = [setting.name, setting.provider, setting.town, place.authority_name, setting.place, setting.ref]
    texts += [vacancy.ref, setting.urn, setting.outcode, vacancy.protected, *vacancy.needs]
    texts += [" ".join(TYPE_WORDS.get(setting.type, (setting.type,)))]
    if authority is not None:
        texts += [authority.name, authority.trust, *authority.short]
    return texts


def _together(place: Place) -> int:
    """How many children it takes together: no more than it is registered for."""
    together = max(1, place.vacancy.siblings)
    return min(together, place.setting.registered) if place.setting.registered > 0 else together


def _marks(place: Place) -> Iterator[str]:
    setting, vacancy = place.setting, place.vacancy
    if vacancy.ratio != RATIOS[0]:
        yield f"ratio:{vacancy.ratio}"
    yield from (f"stay:{stay}" for stay in vacancy.stays)
    if setting.town:
        yield f"town:{setting.town.casefold()}"
    if vacancy.ground_floor:
        yield "ground floor"
    if not setting.urn:
        yield "unregistered"
