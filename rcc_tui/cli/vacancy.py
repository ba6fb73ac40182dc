"""rcc vacancy …"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rcc_tui.cli.answer import Answer
from rcc_tui.cli.command import command, noun
from rcc_tui.cli.history import history_json, history_text
from rcc_tui.cli.options import Limit, Offset, RecordId, moment
from rcc_tui.cli.output import blocks, short
from rcc_tui.cli.placing import SettingOptions, VacancyOptions
from rcc_tui.cli.session import Session
from rcc_tui.cli.vacancy_text import imported_json, imported_text, listed, vacancy_json, vacancy_text
from rcc_tui.domain.errors import UsageError
from rcc_tui.domain.vacancy import check_vacancy

if TYPE_CHECKING:
    from rcc_tui.services.desk import Desk
    from rcc_tui.services.places import VacancyView

app = noun("Vacancies: places on offer.")


@command(
    app,
    "add",
    example="vacancy add --setting 51ce --ref SL-7 --accepting 2 --age-min 8 --age-max 14 --need autism",
)
def add(session: Session, setting: SettingOptions, vacancy: VacancyOptions) -> Answer:
    """Offer places in a setting that is known, or in a new one (with --provider, --type, --outcode)."""
    from rcc_tui.services import places

    desk = session.desk(followed=True)
    # Refused before a new setting is added, so that none is left behind.
    facts = check_vacancy(vacancy.facts(desk.clock.today()))
    return _one(places.add(desk, _setting(desk, setting), facts))


def _setting(desk: Desk, options: SettingOptions) -> str:
    """The id of the setting that is meant; a new one is added unless it is there already."""
    from rcc_tui.domain.errors import NotFound
    from rcc_tui.services import ids, places

    if "setting" not in options:
        raise UsageError("Say in which --setting.", hint="Its id or ref; `rcc setting list` shows them.")
    if not options.is_new:
        return ids.full_id(desk, "setting", options["setting"])
    facts = options.facts(desk.code)
    try:
        return ids.full_id(desk, "setting", facts.ref)
    except NotFound:
        return places.add_setting(desk, facts).id


@command(app, "edit", example="vacancy edit SL-7 --accepting 1 --weekly 950.00")
def edit(session: Session, id: RecordId, vacancy: VacancyOptions) -> Answer:
    """Change the terms of a vacancy; everything else stays."""
    from rcc_tui.services import places

    desk = session.desk(followed=True)
    before = places.show(desk, id)
    return _one(places.edit(desk, before.id, vacancy.over(before.place.vacancy, desk.clock.today())))


@command(app, "list", example="vacancy list --all --authority 871")
def list_(
    session: Session,
    everyone: Annotated[bool, typer.Option("--all/--mine", help="Everybody's, not only our own.")] = False,
    authority: Annotated[str, typer.Option("--authority", metavar="CODE", help="Only of this one.")] = "",
    limit: Limit = 50,
    offset: Offset = 0,
) -> Answer:
    """Our own vacancies, or everybody's."""
    from rcc_tui.services import places

    mine = not (everyone or authority)
    found = places.listing(session.desk(), mine=mine, authority=authority, limit=limit, offset=offset)
    return Answer([vacancy_json(one) for one in found.rows], listed(found.rows, found.total))


@command(app, "show", example="vacancy show SL-7")
def show(session: Session, id: RecordId) -> Answer:
    """One vacancy with its holds and its history."""
    from rcc_tui.services import places

    desk = session.desk()
    view = places.show(desk, id)
    document = {**vacancy_json(view), "history": history_json(desk, view.id)}
    return Answer(document, blocks(vacancy_text(view), history_text(desk, view.id)))


@command(app, "confirm", example="vacancy confirm SL-7")
def confirm(session: Session, id: RecordId) -> Answer:
    """Unchanged as of today; past 14 days unconfirmed a vacancy is marked stale."""
    from rcc_tui.services import places

    return _one(places.confirm(session.desk(followed=True), id))


@command(app, "hold", example="vacancy hold SL-7 --for 867 --until 2026-12-03T17:00")
def hold(
    session: Session,
    id: RecordId,
    held_for: Annotated[str, typer.Option("--for", metavar="CODE", help="The authority it is kept for.")],
    until: Annotated[str, typer.Option("--until", help="A day, or a day and a time.")],
    what: Annotated[str, typer.Option("--what", "--note", help="The referral or trade it is for.")] = "",
    places_held: Annotated[int, typer.Option("--places", min=1, help="How many places.")] = 1,
) -> Answer:
    """Keep places for an authority until a time; the hold lapses by itself."""
    from rcc_tui.services import places

    desk = session.desk(followed=True)
    end = moment(until, desk.clock.today(), "--until")
    return _one(places.hold(desk, id, held_for=held_for, until=end, what=what, places=places_held))


@command(app, "release", example="vacancy release SL-7")
def release(
    session: Session,
    id: RecordId,
    hold_id: Annotated[
        str, typer.Option("--hold", metavar="HOLD", help="Which, where there are several.")
    ] = "",
) -> Answer:
    """Give a hold up before its time."""
    from rcc_tui.services import places

    return _one(places.release(session.desk(followed=True), id, hold=hold_id))


@command(app, "close", example='vacancy close SL-7 --why "the home is full"')
def close(
    session: Session, id: RecordId, why: Annotated[str, typer.Option("--why", "--reason", help="Why.")]
) -> Answer:
    """Offer it no longer."""
    from rcc_tui.services import places

    desk = session.desk(followed=True)
    session.confirm(f"Close vacancy {short(places.show(desk, id).id)}?")
    return _one(places.close(desk, id, why))


@command(app, "hand-over", example="vacancy hand-over 871")
def hand_over(
    session: Session,
    authority: Annotated[str, typer.Argument(metavar="CODE", help="The authority that has joined.")],
) -> Answer:
    """A hub gives an authority that has joined the vacancies it entered on its behalf."""
    from rcc_tui.services import places

    count = places.hand_over(session.desk(followed=True), authority)
    return Answer({"authority": authority, "handed_over": count}, f"{count:,} handed over to {authority}.")


@command(app, "allocator", example='vacancy allocator SL-7 --desk "Desk 2"')
def allocator(
    session: Session,
    to: Annotated[str, typer.Option("--desk", metavar="NAME|KEY", help="A desk of our own authority.")],
    id: Annotated[str, typer.Argument(metavar="[ID]", help="The vacancy; left out with --all.")] = "",
    every: Annotated[bool, typer.Option("--all", help="All that this desk may hand over.")] = False,
) -> Answer:
    """Let another desk of ours give the places out from now on.

    The desk that gives them out hands over; another takes over only when that one is on the roll no more.
    """
    from rcc_tui.services import allocating

    if bool(id) == every:
        raise UsageError("Give the ID of a vacancy, or --all.")
    desk = session.desk(followed=True)
    if not every:
        return _one(allocating.allocate(desk, id, to))
    seat = allocating.seat_named(desk, to)
    count = allocating.allocate_all(desk, to)
    document = {"desk": seat.key, "name": seat.name, "handed_over": count}
    return Answer(document, f"{count:,} handed over to {seat.name}.")


@command(app, "import", example="vacancy import places.csv --dry-run")
def import_(
    session: Session,
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="The vacancy file.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would happen, change nothing.")
    ] = False,
) -> Answer:
    """Take in a vacancy file: good rows go in, bad rows to FILE.rejected.csv with the reason.

    The same file twice changes nothing; the same ref again is an update.
    """
    from rcc_tui.services import places

    found = places.import_csv(session.desk(followed=True), file, dry_run=dry_run)
    return Answer(imported_json(found), imported_text(found, dry_run=dry_run))


def _one(view: VacancyView) -> Answer:
    return Answer(vacancy_json(view), vacancy_text(view))
