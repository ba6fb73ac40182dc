"""What authorities and hubs are called: names, trusts, short forms and codes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache

import fixtures
from rcc_tui.domain.authorities import Authority
from rcc_tui.search.tokens import tokenise

_ALIKE = 0.75
# What a council calls itself beside its name: `Kent County Council`, `Royal Borough of …`.
_TITLE = re.compile(
    r"(?:the )?(?:(?:royal )?borough|city|county) of | (?:(?:borough|city|county|district|unitary) )?council"
)


class Names:
    """The names of a region. Case, accents and punctuation make no difference."""

    def __init__(self, authorities: Iterable[Authority], hubs: Mapping[str, str]) -> None:
        self._names: dict[str, str] = {}
        self._codes: dict[str, list[str]] = {}
        for one in authorities:
            self._names[one.code] = one.name
            for text in (one.code, one.gss, one.name, one.trust, *one.short):
                self._codes.setdefault(_tidy(text), []).append(one.code)
        self._codes.pop("", None)
        self._hubs = {code.casefold(): name.casefold() for code, name in hubs.items()}

    def called(self, text: str) -> tuple[str, ...]:
        """The codes of the authorities of just that name; a short form may mean several (`berks`).

        What a council calls itself may stand before and after it.
        """
        tidy = _tidy(text)
        found = self._codes.get(tidy) or self._codes.get(_bare(tidy)) or []
        return tuple(dict.fromkeys(found))

    def beginning(self, text: str) -> tuple[str, ...]:
        """The codes of the authorities a name of which begins like that."""
        start = _tidy(text)
        found = (codes for name, codes in self._codes.items() if start and name.startswith(start))
        return tuple(dict.fromkeys(code for codes in found for code in codes))

    def like(self, text: str) -> str:
        """The name nearest to a misspelt one, empty where none is near."""
        import difflib

        near = difflib.get_close_matches(_tidy(text), self._codes, n=1, cutoff=_ALIKE)
        return self.of(self._codes[near[0]][0]) if near else ""

    def of(self, code: str) -> str:
        """The name of an authority, its code where it has none here."""
        return self._names.get(code, code)

    def hub(self, text: str) -> str:
        """The hub N or S that a text begins to name (`n`, `nor`, `hub-n`), empty for none."""
        asked = text.casefold().removeprefix("hub-")
        fitting = [code for code, name in self._hubs.items() if asked and name.startswith(asked)]
        return fitting[0].upper() if len(fitting) == 1 else ""

    def hub_name(self, code: str) -> str:
        """What a hub is called."""
        return self._hubs.get(code.casefold(), code.casefold())

    @property
    def hubs(self) -> tuple[str, ...]:
        """What the hubs are called."""
        return tuple(self._hubs.values())


def _tidy(text: str) -> str:
    return " ".join(tokenise(text.replace("&", " and ")))


def _bare(name: str) -> str:
    """A tidied name without a council's title."""
    start, end = 0, len(name)
    for title in _TITLE.finditer(name):
        if title.start() == 0:
            start = title.end()
        elif title.end() == len(name):
            end = title.start()
    return name[start:end]


@cache
def shipped() -> Names:
    """The region as it ships."""
    return Names(fixtures.authorities(), fixtures.HUB_NAMES)
