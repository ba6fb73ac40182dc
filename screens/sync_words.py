"""The state of sync in words: counts, members, bundles, and what an exchange did."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rcc_tui.domain.dates import show_date
from screens.widgets.text import clean

if TYPE_CHECKING:
    from rcc_tui.services.health import Health
    from rcc_tui.services.mailbox import Unsent
    from rcc_tui.services.silence import Silence
    from rcc_tui.services.syncing import Exported, FileResult, HeardOf, Moved, Status


def moment(iso: str) -> str:
    """An ISO minute as dd/mm/yyyy hh:mm."""
    return f"{show_date(iso[:10])} {iso[11:16]}".rstrip() if iso else ""


def held_words(status: Status) -> list[tuple[str, str]]:
    """What is held and what waits, with styles: what is wrong stands out, by a sign as well."""
    counts = (
        ("parked", status.parked, "wait for entries not heard yet", ""),
        ("quarantined", status.quarantined, "set aside", "bold $text-error"),
        ("in conflict", status.conflicts, "changed in two places", "bold $text-warning"),
        ("forked", status.forks, "logs that tell two stories", "bold $text-error"),
        ("withheld", status.withheld, "logs others hold further", "bold $text-warning"),
    )
    told = [
        (f"{'! ' if style else ''}{count:,} {name} ({meaning})", style)
        for name, count, meaning, style in counts
        if count
    ]
    if not told:
        return [("Nothing is parked, set aside, in conflict, forked or withheld.", "")]
    parts: list[tuple[str, str]] = []
    for one in told:
        parts += [one, (" · ", "")]
    return parts[:-1]


def member_cells(one: HeardOf, silence: Silence, own: bool) -> tuple[tuple[str, ...], str]:
    """The cells of a member, and its mark: `=` this one, `!` not heard for a week."""
    heard = moment(silence.at) or "never"
    mark = "=" if own else "!" if silence.quiet else ""
    name = f"{one.name}{' (here)' if own else ''}"
    return (one.code, name, heard, age(silence) if silence.at else "", f"{one.heard_to:,}"), mark


def age(one: Silence) -> str:
    """How long ago a member was heard."""
    if one.days is None:
        return "never"
    return {0: "today", 1: "yesterday"}.get(one.days, f"{one.days:,} days")


def warning_words(found: Health) -> list[tuple[str, str]]:
    """Each warning on a line of its own, and what is read in full elsewhere."""
    said = [(f"! {one}", "bold $text-warning") for one in found.warnings]
    waiting = sum(bool(one.missing) for one in found.erased)
    if waiting:
        said.append(
            (f"~ {waiting:,} {'erasure is' if waiting == 1 else 'erasures are'} not confirmed by all", "")
        )
    if found.gone:
        said.append((f"{_counted(len(found.gone), 'desk is', 'desks are')} on the roll no more", ""))
    return said


def moved_cells(one: Moved) -> tuple[str, ...]:
    """The cells of a bundle that went out or came in."""
    return (
        {"out": "out", "in": "in"}.get(one.direction, "?"),
        moment(one.at),
        one.peer,
        one.what or "nothing new",
    )


def _counted(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


def exported_words(written: Sequence[Exported]) -> str:
    """What was written, for whom, where."""
    if not written:
        return "Nobody lacks anything: nothing written."
    entries = sum(one.entries for one in written)
    whom = written[0].to if len(written) == 1 else f"{len(written)} members"
    where = clean(str(Path(written[0].file).parent))
    return (
        f"{_counted(len(written), 'bundle', 'bundles')} for {whom} written, "
        f"{_counted(entries, 'entry', 'entries')}, into {where}."
    )


def imported_words(results: Sequence[FileResult]) -> str:
    """What was read, and what became of it."""
    coming = [one for one in results if one.result == "waiting"]
    good = [one for one in results if one.result not in ("refused", "waiting")]
    bad = len(results) - len(good) - len(coming)
    new = sum(one.new for one in results)
    parts = [
        f"{_counted(len(good), 'bundle', 'bundles')} read",
        f"{_counted(new, 'new entry', 'new entries')}" if new else "nothing new" if good else "",
        f"{sum(one.parked for one in results):,} parked" if any(one.parked for one in results) else "",
        f"{sum(one.quarantined for one in results):,} set aside"
        if any(one.quarantined for one in results)
        else "",
        f"{len(coming)} still being written" if coming else "",
        f"{bad} refused" if bad else "",
    ]
    return f"{', '.join(part for part in parts if part)}."


def unsent_words(unsent: Sequence[Unsent]) -> str:
    """For whom nothing could be left, and why; empty when all went well."""
    if not unsent:
        return ""
    whom = ", ".join(one.to for one in unsent)
    return f" Nothing was left for {whom}: {unsent[0].reason}"
