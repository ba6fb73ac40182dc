"""Acts about a provider: who runs settings."""

from __future__ import annotations

from dataclasses import dataclass

from rcc_tui.acts.facts import fold_facts
from rcc_tui.acts.kind import Act, Folded, History, Kind


@dataclass(frozen=True, slots=True)
class ProviderFacts:
    """A provider as the authority that commissions it states it. `urn` is Ofsted's, where it has one."""

    name: str
    urn: str = ""
    sector: str = ""
    framework: str = ""


class Open(Act, frozen=True, tag="open"):
    """A provider is put in the directory."""

    facts: ProviderFacts


class Edit(Act, frozen=True, tag="edit"):
    """Some facts have changed: `fields` names those of `facts` that count."""

    facts: ProviderFacts
    fields: tuple[str, ...]


def fold(history: History) -> Folded:
    """One row of `provider`."""
    folded = Folded()
    found = fold_facts(history, Open, Edit, folded)
    if found is not None:
        opening, values = found
        folded.rows["provider"] = [{**values, "keeper": opening.author.code}]
    return folded


def line(act: Act) -> str:
    """The act as one line of history."""
    if isinstance(act, Open):
        return f"put {act.facts.name} in the directory"
    return f"changed {', '.join(act.fields)}" if isinstance(act, Edit) else ""


KIND = Kind("provider", "rcc", Open | Edit, ("provider",), fold, line)
