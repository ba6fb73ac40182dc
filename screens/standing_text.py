"""How this store stands, in words: a section for each thing that may be amiss."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.content import Content

from rcc_tui.domain.dates import show_date
from screens.pane import fact, heading, section
from screens.sync_words import moment
from screens.widgets.text import safe

if TYPE_CHECKING:
    from rcc_tui.services.erasing import Coverage
    from rcc_tui.services.health import Gone, Health, Tail
    from rcc_tui.services.silence import Silence
    from rcc_tui.services.standing import LogView

LOCKED_BY = {
    "none": "nothing: it is not encrypted",
    "key ring": "a key in this computer's key ring",
    "passphrase": "a passphrase",
    "key file": "a key file beside it",
}
DIGITS = 8
Names = Callable[[str], str]


def standing_lines(found: Health) -> list[Content]:
    """Everything, what is amiss first; sections with nothing to say are left out."""
    known = {one.code: one.name for one in found.status.members}

    def name(code: str) -> str:
        return f"{code} {known[code]}" if code in known else "somebody not heard of"

    quiet = [one for one in found.silence if one.quiet]
    parts = [
        *section("Not heard for more than 7 days", [_silent(one, name) for one in quiet]),
        *section("Others hold more", [line for one in found.tails for line in _tail(one, name)]),
        *section(
            "Logs that do not count to their end",
            [line for one in found.amiss for line in _amiss(one, name)],
        ),
        *section("Desks that are on the roll no more", [_gone(one, name) for one in found.gone]),
        *section("Erased", [_erased(one) for one in found.erased]),
    ]
    return [*_store(found), *(parts or [safe(""), safe("Nothing is amiss.")])]


def _store(found: Health) -> list[Content]:
    status = found.status
    end = f", until {show_date(found.expires)}" if found.expires else ""
    return [
        heading("This store"),
        *(safe(f"! {said}", "bold $text-warning") for said in found.warnings),
        fact("Roll", f"version {status.roll}{end}" if status.roll else "none yet"),
        fact("Locked by", LOCKED_BY.get(found.encryption, found.encryption)),
        fact(
            "Holds", f"{status.entries:,} entries, {status.parked:,} parked, {status.quarantined:,} set aside"
        ),
    ]


def _silent(one: Silence, name: Names) -> Content:
    ago = "never heard" if one.days is None else f"last heard {one.days:,} days ago"
    return safe(f" {name(one.code)}: {ago}")


def audience(text: str) -> str:
    """Who hears a log, in words."""
    scope, _, codes = text.partition(":")
    if scope == "pair":
        return f"between {codes.replace(':', ' and ')}"
    return {"own": "its own acts", "rcc": "for the region"}.get(scope, "not heard of yet")


def _tail(one: Tail, name: Names) -> list[Content]:
    whose = f"{name(one.code)}, {one.desk}" if one.desk else "a log that was never heard of here"
    told = ", ".join(map(name, one.said_by))
    return [
        safe(f" ! {whose} ({audience(one.audience)}): {one.missing:,} more than our {one.ours:,}"),
        safe(f"   says {told}. Ask for a new bundle; if it stays so, somebody holds it back."),
    ]


def _amiss(one: LogView, name: Names) -> list[Content]:
    since = min((end.at for end in one.endings if end.at), default="")
    counts = f"{one.counts:,} of {one.entries:,} count"
    why, what = _advice(one)
    return [
        safe(f" ! {name(one.code)}, {one.desk} ({audience(one.audience)}): {counts}"),
        safe(f"   {why}{f', since {moment(since)}' if since else ''}."),
        safe(f"   {what}"),
    ]


def _advice(one: LogView) -> tuple[str, str]:
    """Why a log does not count to its end, and what to do."""
    look = f"rcc log show {one.log[:DIGITS]}"
    if one.why == "fork":
        own = one.audience.startswith("own")
        both = f"{one.code} names" if own else f"{one.code} and a hub name"
        return "Its key wrote two histories", f"{both} the one to keep: {look}"
    if one.why == "content missing":
        return "What was in some entries has not come", "Ask its author for a new bundle."
    return "Its desk was revoked", f"{one.code} may take up again what was honest: {look}"


def _gone(one: Gone, name: Names) -> Content:
    counts = f"{one.counts:,} of {one.entries:,} entries count" if one.entries else "nothing held of it"
    return safe(f" {name(one.code)}, {one.desk}: since roll {one.since}; {counts}")


def _erased(one: Coverage) -> Content:
    rest = f"; not yet {', '.join(one.missing)}" if one.missing else ""
    mark = " " if not one.missing else "~"
    done = f"{one.confirmed} of {one.of} desks have confirmed{rest}"
    return safe(f" {mark} {one.kind} {one.record[:DIGITS]} by {one.by} on {moment(one.on)}: {done}")
