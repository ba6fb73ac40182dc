"""A screen that works on the open desk: asks the services, does acts, reads again when something changed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

from textual.worker import WorkType

from rcc_tui.domain.dates import show_date
from rcc_tui.domain.errors import RccError
from screens.deskthread import DeskThread
from screens.export import check_new_file, free_name, write_csv
from screens.widgets.dialogs import Prompt, Tell
from screens.widgets.form import TextField
from screens.widgets.frame import Facts, RccScreen
from screens.widgets.rows import Rows

if TYPE_CHECKING:
    from rcc_tui.services.desk import Desk

T = TypeVar("T")

STORE_OPENING = "opening the store…"
LATER = ("requests", "places", "trades", "tariffs", "ledger", "history", "finding", "syncing")
"""Services that other screens than the first ask."""
READS = ("reload", "detail")
"""Groups of jobs that read, and come again by themselves."""


class DeskApp(Protocol):
    """What a screen needs of the application."""

    at_desk: DeskThread

    def open_record(self, where: str, record: str) -> None:
        """Go to the screen `where` and open a record in it."""

    def go_back(self) -> None:
        """Go to the screen that one came from."""

    def give_up(self, error: BaseException) -> None:
        """Leave: the store cannot be opened."""


class DeskScreen(RccScreen):
    """A screen with the desk behind it. `SCREEN` is its name in the key table, as in `RccScreen`.

    Subclasses override `refresh_data` (read and show) and `show_record` (open a record that another screen
    names). They import services inside functions and under TYPE_CHECKING alone: the first frame comes
    before what reads the store is loaded.
    """

    def __init__(self) -> None:
        super().__init__()
        self._faults: dict[str, str] = {}

    @property
    def desk_app(self) -> DeskApp:
        """The application, by what a screen needs of it."""
        return cast(DeskApp, self.app)

    @property
    def desk(self) -> Desk:
        """The open desk, for facts at hand (code, role, clock). Use `ask` for anything that reads.

        Raises RccError until the store is open.
        """
        desk = self.desk_app.at_desk.desk
        if desk is None:
            raise RccError("The store is not open yet.", hint="Try again in a moment.")
        return desk

    @property
    def is_open(self) -> bool:
        """Whether the store is open."""
        return self.desk_app.at_desk.desk is not None

    async def ask(self, work: Callable[[Desk], T]) -> T:
        """The result of a service call that reads, made in the reading thread. Raises RccError."""
        return await self.desk_app.at_desk.read(work)

    async def put(self, work: Callable[[Desk], T]) -> T:
        """The result of a service call that changes something, after those before it. Raises RccError."""
        return await self.desk_app.at_desk.run(work)

    def act(
        self,
        work: Callable[[Desk], T],
        said: Callable[[T], str],
        then: Callable[[], None] | None = None,
        refused: Callable[[RccError], bool] | None = None,
        group: str = "act",
    ) -> None:
        """Run a changing service call, say what it did, and read again.

        `then` follows if it was done. A refusal changes nothing on the screen and is shown in a dialog;
        unless `refused` shows it better, beside the field that it is about, and returns True.
        """
        self.background(partial(self._act, work, said, then, refused), group, exclusive=False)

    async def _act(
        self,
        work: Callable[[Desk], T],
        said: Callable[[T], str],
        then: Callable[[], None] | None,
        refused: Callable[[RccError], bool] | None,
    ) -> None:
        if self.desk_app.at_desk.acting:
            self.tell("This waits until what is being done is done.")
        try:
            done = await self.put(work)
        except RccError as error:
            if refused is None or not refused(error):
                self.fail(error)
            return
        except Exception as error:  # a fault of a service is shown, and what was typed stays
            self.fail(error)
            return
        self.tell(said(done))
        if then is not None:
            then()
        if self.is_attached:
            self.reload()

    async def refresh_data(self) -> None:
        """Read what the screen shows, and show it. Called when it is shown, after acts, and on changes."""

    def show_record(self, record: str) -> None:
        """Open a record that another screen names."""

    def open_record(self, where: str, record: str) -> None:
        """Go to the screen `where` and open a record in it."""
        self.desk_app.open_record(where, record)

    def go_back(self) -> None:
        """Go to the screen that one came from."""
        self.desk_app.go_back()

    # A list as a file

    def action_export_list(self) -> None:
        """Write a list to a file: the one with the cursor, else the first of this screen."""
        lists = list(self.query(Rows))
        rows = self.focused if isinstance(self.focused, Rows) else lists[0] if lists else None
        if rows is None or not rows.total:
            self.tell("Here is no list to export.")
            return
        file = str(free_name(Path.home() / f"{self.SCREEN or 'list'}.csv"))
        body = f"{rows.total:,} rows with all their columns{self.not_listed()}."
        field = TextField("file", "File", value=file, required=True, check=check_new_file)
        self.app.push_screen(Prompt("Export the list as CSV", field, body), partial(self._export, rows))

    def not_listed(self) -> str:
        """What to say of rows that there are but the list does not hold."""
        return ""

    def _export(self, rows: Rows, file: str | None) -> None:
        if file is None:
            return
        try:
            write_csv(Path(file).expanduser(), rows.table())
        except RccError as error:
            self.fail(error)
        else:
            self.tell(f"{rows.total:,} rows written to {file}")

    def _fail_in(self, group: str, error: Exception) -> None:
        """Show a fault; one that comes again with every reading is shown in a dialog but once."""
        again = group in READS and self._faults.get(group) == repr(error)
        self._faults[group] = repr(error)
        if again:
            self.status.say(Tell.of(error).what, failed=True)
        else:
            self.fail(error)

    # Reading

    def show_reading(self, rows: Rows) -> None:
        """Say in a list that it has not been read yet."""
        rows.set_state("reading", "Reading…" if self.is_open else STORE_OPENING.capitalize())

    def on_screen_resume(self) -> None:
        """Read when the screen comes into view."""
        self.reload()

    def action_refresh_data(self) -> None:
        """Read again because somebody asked for it."""
        self._faults.clear()
        self.tell("Read again.")
        self.reload()

    def reload(self) -> None:
        """Read and show in the background; a newer call replaces an older one."""
        self.background(self._reload, "reload", exclusive=True)

    def background(self, job: Callable[[], Awaitable[None]], group: str, *, exclusive: bool) -> None:
        """Run a job beside the keys; whatever it raises is shown, and the screen stays."""

        async def guarded() -> None:
            try:
                await job()
            except Exception as error:
                self._fail_in(group, error)
            else:
                self._faults.pop(group, None)

        # Not a coroutine but what makes it: one that is replaced before it began is never made.
        work: WorkType[None] = guarded
        self.run_worker(work, group=group, exclusive=exclusive)

    async def _reload(self) -> None:
        opening = not self.is_open
        if opening:
            self.status.set_facts(Facts(authority=STORE_OPENING))
        try:
            await self.refresh_data()
            self.status.set_facts(await self.ask(facts_of))
            if opening:
                await self.put(follow)
                await self.desk_app.at_desk.part()
                self.desk_app.at_desk.keep("services")
        except Exception as error:
            if self.is_open:
                raise
            self.desk_app.give_up(error)


def follow(desk: Desk) -> None:
    """Let the search hear of what this desk does from now on, and load what other screens will want. After
    the first rows, and beside the keys: it is much, and none is to wait for it."""
    from rcc_tui.services.finder import attach

    attach(desk)
    for name in LATER:
        import_module(f"rcc_tui.services.{name}")


def facts_of(desk: Desk) -> Facts:
    """What the status line says of the desk."""
    from rcc_tui.services import syncing
    from rcc_tui.services.alarms import alarms

    held = syncing.status(desk)
    member = desk.rolls.member(desk.code)
    return Facts(
        authority=f"{desk.code} {member.name}" if member else f"{desk.code} (not on the roll yet)",
        desk=desk.name,
        today=show_date(desk.clock.today()),
        parked=held.parked,
        quarantined=held.quarantined,
        conflicts=held.conflicts,
        warning=" ".join(f"! {one.brief}" for one in alarms(desk) if one.stops),
    )
