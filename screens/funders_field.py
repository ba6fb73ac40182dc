"""The field in which people say who funds a price, and by how much a week."""

from __future__ import annotations

from collections.abc import Sequence

from rcc_tui.domain.funding import NONE, read_funders
from rcc_tui.domain.money import pounds
from rcc_tui.domain.terms import Funder
from screens.widgets.form import TextField

EXAMPLE = "social care=380.00; health=150.00"


def funders_field(now: Sequence[Funder] = ()) -> TextField:
    """One line for all shares. `now` are those that stay where nothing is typed."""
    said = funders_text(now)
    hint = f"empty: {said}; {NONE}" if said else f"as {EXAMPLE}; or empty"
    return TextField("funders", "Funded by", check=_check, hint=hint)


def funders_of(typed: str) -> tuple[Funder, ...] | None:
    """The shares typed; None where nothing was. Raises RccError."""
    return read_funders(_parts(typed)) if typed.strip() else None


def funders_text(shares: Sequence[Funder]) -> str:
    """Shares as they are typed."""
    return "; ".join(f"{one.name}={pounds(one.pence).removeprefix('£')}" for one in shares)


def _parts(typed: str) -> list[str]:
    """Shares stand between semicolons, or between commas where there is none."""
    return [part for part in typed.split(";" if ";" in typed else ",") if part.strip()]


def _check(typed: str) -> str:
    read_funders(_parts(typed))
    return ""
