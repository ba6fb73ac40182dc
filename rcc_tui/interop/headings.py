"""What the columns of somebody's spreadsheet hold, by the words of their headings.

A heading is read word by word: `Wkly fee (£)` is money by the week, `Placement start dt` a first day. Words
cut short and slips in long ones are understood; a heading about something else (nights, VAT, the child) is
left alone. What is alike in whole to a heading known to be used counts too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from rcc_tui.domain.assignment import assign

# What a column may hold, and what it is called. The order is that of the messages.
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "ref": ("reference", "ref", "our ref", "trade", "trade id", "placement id", "po number", "order number"),
    "setting": ("setting", "home", "placement", "provider", "placement name", "home name", "carer", "unit"),
    "start": ("start", "start date", "from", "date from", "placement start", "admission", "date started"),
    "end": (
        *("end", "end date", "to", "date to", "until", "placement end", "discharge", "date ended"),
        "last day",
    ),
    "weekly": ("weekly", "weekly rate", "weekly cost", "rate", "price per week", "weekly price", "fee"),
    "amount": (
        *("amount", "total", "charge", "cost", "net amount", "amount due", "month total", "value"),
        "invoice",
    ),
    "month": ("month", "period", "invoice month", "billing month"),
    "code": ("authority", "la", "local authority", "la code", "buyer", "seller", "council"),
}
LIKE = 78
"""Of 100: below that a heading is of something else."""

# What a word of a heading is about; `other` is what no column that is read here is about.
_SENSES: Mapping[str, str] = {
    "money": """amount amt total tot ttl charge charges charged chg chgd cost costs fee fees rate price value
        net nett gross invoice inv invoiced due sum payable paid payment gbp bill billed""",
    "week": "week weekly wkly wk pw",
    "month": "month monthly mth mthly period",
    "date": "date dt day on",
    "start": """start started starts from commenced commencement commence admission admitted began begin
        begins beginning""",
    "end": "end ended ends to until till ceased cease discharge discharged left leaving leaver last finish",
    "place": """setting home house household placement provider carer carers unit establishment residence
        where""",
    "placed": "placed",
    "ref": "ref reference id po order trade number no num",
    "code": "authority la council commissioner commissioning borough buyer seller code",
    "count": "nights days weeks hours months qty quantity units night nightly daily hourly hour",
    "other": """vat dob birth age sex gender note notes comment comments status type category centre child
        children young yp case postcode discount budget balance difference legal need officer worker education
        health therapy transport extra extras additional contribution share funding change""",
}
_WORDS = {word: sense for sense, words in _SENSES.items() for word in words.split()}
_LONG = tuple(word for word in _WORDS if len(word) > 4)
# What stands behind one of these says of what the rest is.
_OF = frozenset(("for", "per", "of", "in", "to", "with", "at"))
# Of two columns that could hold the same the likelier.
_BETTER: Mapping[str, int] = {
    word: better
    for better, words in (
        (4, "setting trade"),
        (3, "home total due amount"),
        (2, "carer charged charge our"),
        (-1, "provider"),
        (-3, "price"),
        (-4, "planned expected paid"),
        (-6, "child case"),
    )
    for word in words.split()
}
_SURE = 9_900


def columns_of(columns: Sequence[str]) -> dict[str, str]:
    """What each column holds, each column for one thing; by headings in lower case."""
    keys = list(HEADINGS)
    worth = {}
    for at, column in enumerate(columns):
        for what, likeness in _likenesses(column).items():
            if likeness > (LIKE - 1) * 100:
                worth[at, keys.index(what)] = likeness
    return {keys[one.column]: columns[one.row] for one in assign(worth)}


@lru_cache(maxsize=4096)
def _likenesses(column: str) -> Mapping[str, int]:
    """What a heading may stand for, and how surely, in hundredths of a percent."""
    from rapidfuzz import fuzz

    found: dict[str, int] = {}
    words = _plain(column).split()
    if what := _by_words(words):
        found[what] = (90 + max(-8, min(sum(_BETTER.get(word, 0) for word in words), 6))) * 100
    # Where every word is understood, a heading that is merely alike is another one.
    known = bool(what) or all(map(_sense, words))
    for kind, names in HEADINGS.items():
        likeness = max(_likeness(fuzz.ratio, column, name) * 100 - rank for rank, name in enumerate(names))
        if likeness > _SURE or what == kind or not known:
            found[kind] = max(found.get(kind, 0), likeness)
    return found


def _likeness(ratio: object, column: str, name: str) -> int:
    plain = re.sub(r"[^a-z0-9 ]+", " ", column).strip()
    bare = re.sub(r"\b(gbp|£|pounds|per|the|of)\b", " ", plain)
    return int(max(ratio(plain, name), ratio(" ".join(bare.split()), name)))  # type: ignore[operator]


def _plain(column: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9]+", " ", column.replace("£", " gbp ")).split())


@lru_cache(maxsize=4096)
def _sense(word: str) -> str:
    """What a word of a heading is about; a slip in a long one is understood. Empty for any other."""
    from rapidfuzz import fuzz, process

    if word in _WORDS:
        return _WORDS[word]
    if len(word) < 4:
        return ""
    near = process.extractOne(word, _LONG, scorer=fuzz.ratio, score_cutoff=LIKE)
    return _WORDS[near[0]] if near else ""


def _by_words(words: Sequence[str]) -> str:
    """What the words of a heading say it holds; empty where they say nothing, or something else."""
    senses = [_sense(word) for word in words]
    if "other" in senses and senses[-1] != "ref":
        return ""
    if "count" in senses and "week" not in senses:
        return ""
    cut = next((at for at, word in enumerate(words) if word in _OF and 0 < at < len(words) - 1), None)
    head = [sense for sense in senses[:cut] if sense] or [sense for sense in senses if sense]
    return (_day(words, senses) or _money(words, head, senses) or _named(head, senses)) if head else ""


def _day(words: Sequence[str], senses: Sequence[str]) -> str:
    """A first or a last day: `Cost to LA` and `From LA` are none, nor is the date of an invoice."""
    has = set(senses)
    if words[0] in ("from", "to") and "code" in has:
        return ""
    ends = {word for word, sense in zip(words, senses, strict=True) if sense == "end"}
    if ends - {"to"} or (ends and (words[-1] == "to" or (words[0] == "to" and "date" in has))):
        return "end"
    if "start" in has or ("date" in has and ("placed" in has or words[-1] == "in")):
        return "start"
    if "date" in has and words[-1] == "out":
        return "end"
    return "start" if {"date", "place"} <= has and "money" not in has else ""


def _money(words: Sequence[str], head: Sequence[str], senses: Sequence[str]) -> str:
    if "money" not in senses or head[-1] in ("ref", "code", "date"):
        return ""
    if "week" in senses or "unit" in words:
        return "weekly"
    if head[-1] == "month":
        return "month"
    return "amount" if "money" in head else ""


def _named(head: Sequence[str], senses: Sequence[str]) -> str:
    if "money" in senses and head[-1] == "date":
        return ""
    for sense in (head[-1], *head):
        if sense in ("ref", "code"):
            return sense
    if "place" in head or "placed" in head:
        return "setting"
    return "month" if "month" in head else ""
