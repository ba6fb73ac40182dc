"""Money: integer pence, read from and shown in pounds, and what a stay costs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from rcc_tui.domain.errors import Refused

_AMOUNT = re.compile(r"([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,12})?(?:\.([0-9]{1,2}))?")
_LARGEST = 10**12  # pence: what an act may hold, far beyond any budget


@dataclass(frozen=True, slots=True)
class Charge:
    """What some nights cost: whole `pence`, and the `exact` unrounded figure in pence."""

    pence: int
    exact: Fraction


def parse_pounds(text: str, field: str = "amount", *, negative: bool = False) -> int:
    """Pence from pounds as people type them: £1,234.50, 1234, 1,234.5.

    `negative` allows (12.00) and -12.00. Raises Refused for anything whose meaning is not certain:
    1.234,50, 12,34, three decimals, nan.
    """
    body = text.strip()
    below_zero = False
    if body.startswith("(") and body.endswith(")"):
        below_zero, body = True, body[1:-1].strip()
    elif body.startswith(("-", "−")):
        below_zero, body = True, body[1:].strip()
    body = body.removeprefix("£").strip()
    match = _AMOUNT.fullmatch(body)
    if match is None or not body or body == ".":
        raise Refused(f"“{text}” is not an amount in pounds.", where=field, hint="Write it like 1,234.50.")
    if below_zero and not negative:
        raise Refused(f"“{text}” is below zero.", where=field, hint="Give an amount of £0.00 or more.")
    whole = (match.group(1) or "0").replace(",", "")
    pence = int(whole) * 100 + int((match.group(2) or "").ljust(2, "0"))
    if pence > _LARGEST:
        raise Refused(f"“{text}” is too large an amount.", where=field, hint="Check the number of digits.")
    return -pence if below_zero else pence


def pounds(pence: int) -> str:
    """Pence as £1,234.50, with a minus in front when below zero."""
    whole, rest = divmod(abs(pence), 100)
    return f"{'-' if pence < 0 else ''}£{whole:,}.{rest:02d}"


def half_up(exact: Fraction) -> int:
    """The nearest whole number, a half going away from zero, so that a reversal is the exact negative."""
    doubled = abs(exact) * 2
    nearest = (doubled.numerator + doubled.denominator) // (2 * doubled.denominator)
    return -nearest if exact < 0 else nearest


def percent_of(pence: int, percent: int) -> int:
    """`percent` hundredths of an amount, rounded half up to whole pence."""
    return half_up(Fraction(pence * percent, 100))


def charge(weekly: int, nights: int) -> Charge:
    """The charge for `nights` at `weekly` pence a week: weekly × nights / 7, rounded half up once."""
    if nights < 0:
        raise Refused(f"{nights} nights cannot be charged.", where="nights", hint="Check the two dates.")
    return Charge(charge_pence(weekly, nights), Fraction(weekly * nights, 7))


def charge_pence(weekly: int, nights: int) -> int:
    """The same in whole pence alone, for ledgers of a hundred thousand lines; neither is below zero."""
    return (2 * weekly * nights + 7) // 14
