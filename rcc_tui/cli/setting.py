"""rcc setting …"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from rcc_tui.cli.answer import Answer
from rcc_tui.cli.command import command, noun
from rcc_tui.cli.history import history_json, history_text
from rcc_tui.cli.options import Limit, Offset, RecordId
from rcc_tui.cli.output import Column, blocks, cut, fields, short, table
from rcc_tui.cli.placing import SettingOptions, as_json
from rcc_tui.cli.session import Session

if TYPE_CHECKING:
    from rcc_tui.services.places import SettingView

app = noun("Settings: homes and households where places are.")


@command(
    app, "add", example='setting add --setting "Hill House" --provider "Oak Care" --type K2 --outcode SL1'
)
def add(session: Session, setting: SettingOptions) -> Answer:
    """Put a setting on the region's list; `rcc vacancy add` then offers its places."""
    from rcc_tui.services import places

    desk = session.desk(followed=True)
    return _one(places.add_setting(desk, setting.facts(desk.code)))


@command(app, "edit", example="setting edit 51ce --occupied 3 --grade Good")
def edit(session: Session, id: RecordId, setting: SettingOptions) -> Answer:
    """Change what was given; everything else stays. --setting gives it another name."""
    from rcc_tui.services import places

    desk = session.desk(followed=True)
    before = places.show_setting(desk, id)
    return _one(places.edit_setting(desk, before.id, setting.over(before.facts)))


@command(app, "list", example="setting list --all")
def list_(
    session: Session,
    everyone: Annotated[bool, typer.Option("--all/--mine", help="Everybody's, not only our own.")] = False,
    limit: Limit = 50,
    offset: Offset = 0,
) -> Answer:
    """Our own settings, or everybody's, by name."""
    from rcc_tui.services import places

    found = places.settings(session.desk(), mine=not everyone, limit=limit, offset=offset)
    columns = ("id", "name", "provider", "authority", "type", "outcode", Column("registered", right=True))
    rows = [
        (
            short(one.id),
            one.facts.name,
            one.facts.provider,
            one.facts.authority,
            one.facts.place,
            one.facts.outcode,
            str(one.facts.registered or ""),
        )
        for one in found.rows
    ]
    text = blocks(table(rows, columns) or "No settings.", cut(len(rows), found.total))
    return Answer([_json(one) for one in found.rows], text)


@command(app, "show", example="setting show 51ce")
def show(session: Session, id: RecordId) -> Answer:
    """One setting with its history."""
    from rcc_tui.services import places

    desk = session.desk()
    view = places.show_setting(desk, id)
    document = {**_json(view), "history": history_json(desk, view.id)}
    return Answer(document, blocks(_text(view), history_text(desk, view.id)))


def _one(view: SettingView) -> Answer:
    return Answer(_json(view), _text(view))


def _json(view: SettingView) -> dict[str, object]:
    more = {"keeper": view.keeper, "on_behalf": view.on_behalf, "closed": view.closed}
    return {"id": view.id, **as_json(view.facts), **more}


def _text(view: SettingView) -> str:
    facts = view.facts
    counts = (("registered", facts.registered), ("occupied", facts.occupied), ("reserved", facts.reserved))
    return fields(
        (
            ("setting", view.id),
            ("ref", facts.ref),
            ("name", facts.name),
            ("provider", facts.provider),
            ("authority", facts.authority),
            ("type", f"{facts.place} {facts.type}"),
            ("where", f"{facts.outcode} {facts.town}".strip()),
            ("URN", facts.urn),
            ("sector", facts.sector),
            ("grade", facts.grade),
            ("framework", facts.framework),
            *((name, str(count) if count else "") for name, count in counts),
            ("kept by", f"{view.keeper}, on its behalf" if view.on_behalf else ""),
            ("state", "closed" if view.closed else ""),
        )
    )
