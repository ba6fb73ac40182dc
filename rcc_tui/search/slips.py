"""What it costs to take one word for another: by the slips of the pen, and by ear."""

from __future__ import annotations

from rcc_tui.search.sounds import sound

# What can be done to a word in few ways is likelier than what can be done in many: letters are left out and
# swapped in as many ways as there are letters, taken for others in 25 times as many.
SWAPPED = 5
DOUBLED = 5  # or one of a double left out, or an s at the end
LEFT_OUT = 5
NEAR = 6  # a vowel for another, a similar sound, the neighbouring key
PUT_IN = 7
OTHER = 8
FIRST = 3  # more, where the word begins: there people look
_BY_EAR, _BY_EAR_EACH = 3, 4

_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_ALIKE = ("aeiou", "ckq", "szc", "fv", "dt", "bp", "iy", "mn", "gj", "vw")


def _key_pairs() -> frozenset[str]:
    pairs: set[str] = set()
    for number, row in enumerate(_KEYS):
        for place, key in enumerate(row):
            others = row[place + 1 : place + 2]
            if number + 1 < len(_KEYS):
                others += _KEYS[number + 1][max(0, place - 1) : place + 1]
            pairs.update(key + other for other in others)
    return frozenset(pairs | {pair[::-1] for pair in pairs})


_BESIDE = _key_pairs()
_NEAR = _BESIDE | {a + b for group in _ALIKE for a in group for b in group if a != b}


def cost(typed: str, term: str, made: int) -> int:
    """The cost of having typed `typed` for `term`, which are `made` slips apart: 5 to 8 a slip, 3 more for
    the first letter; less where the two sound the same. 0 only for the same word."""
    written = _written(typed, term)
    if made > 0 and sound(typed) == sound(term):
        return min(written, _BY_EAR + _BY_EAR_EACH * made)
    return written


def _written(typed: str, term: str) -> int:
    start, most = 0, min(len(typed), len(term))
    while start < most and typed[start] == term[start]:
        start += 1
    end = 0
    while end < most - start and typed[-1 - end] == term[-1 - end]:
        end += 1
    wrong, right = typed[start : len(typed) - end], term[start : len(term) - end]
    dear = 0 if start else FIRST
    if not wrong and not right:
        return 0
    if len(wrong) == 2 and wrong == right[::-1]:
        return SWAPPED + dear // 2
    if len(wrong) <= 1 and len(right) <= 1:
        return _one(wrong, right, typed, start) + dear
    return _several(wrong, right, typed, start) + dear


def _several(wrong: str, right: str, typed: str, start: int) -> int:
    from rapidfuzz.distance import OSA, Levenshtein

    total = 0
    for edit in Levenshtein.editops(wrong, right):
        gone = "" if edit.tag == "insert" else wrong[edit.src_pos]
        come = "" if edit.tag == "delete" else right[edit.dest_pos]
        total += _one(gone, come, typed, start + edit.src_pos)
    # Two letters swapped were counted as two slips.
    swaps = Levenshtein.distance(wrong, right) - OSA.distance(wrong, right)
    return max(total - (LEFT_OUT + PUT_IN - SWAPPED) * swaps, SWAPPED)


def _one(gone: str, come: str, typed: str, at: int) -> int:
    """One letter `gone` from place `at` of what was typed, one that should have `come` there."""
    if gone and come:
        return NEAR if gone + come in _NEAR else OTHER
    letter = gone or come
    around = typed[max(at - 1, 0) : at] + typed[at + len(gone) : at + len(gone) + 1]
    if letter in around or (letter == "s" and at + len(gone) == len(typed)):
        return DOUBLED
    if not gone:
        return LEFT_OUT
    return NEAR if any(gone + other in _BESIDE for other in around) else PUT_IN
