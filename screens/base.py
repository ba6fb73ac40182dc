"""A screen that works on the open desk: asks the services, does acts, reads again when something changed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

from textual.worker import WorkType

from rcc_tui.domain.dates import show_date
from rcc_tui.domain.errors import RccError
from screens.deskthread import DeskThread
from screens.widgets.frame import Facts, RccScreen

if TYPE_CHECKING:
    from rcc_tui.services.desk import Desk

T = TypeVar("T")

OPENING = "opening the store…"


class DeskApp(Protocol):
    """What a screen needs of the application."""

    at_desk: DeskThread

    def open_record(self, where: str, record: str) -> None:
        """Go to the screen `where` and open a record in it."""

    def give_up(self, error: BaseException) -> None:
        """Leave: the store cannot be opened."""


class DeskScreen(RccScreen):
    """A screen with the desk behind it. `SCREEN` is its name in the key table, as in `RccScreen`.

    Subclasses override `refresh_data` (read and show) and `show_record` (open a record that another screen
    names). They import services inside functions and under TYPE_CHECKING alone: the first frame comes
    before the ORM is loaded.
    """

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
        """The result of a service call, made in the desk's thread. Raises RccError."""
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
        self._background(partial(self._act, work, said, then, refused), group, exclusive=False)

    async def _act(
        self,
        work: Callable[[Desk], T],
        said: Callable[[T], str],
        then: Callable[[], None] | None,
        refused: Callable[[RccError], bool] | None,
    ) -> None:
        try:
            done = await self.ask(work)
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

    # Reading

    def on_screen_resume(self) -> None:
        """Read when the screen comes into view."""
        self.reload()

    def action_refresh_data(self) -> None:
        """Read again because somebody asked for it."""
        self.tell("Read again.")
        self.reload()

    def reload(self) -> None:
        """Read and show in the background; a newer call replaces an older one."""
        self._background(self._reload, "reload", exclusive=True)

    def _background(self, job: WorkType[None], group: str, *, exclusive: bool) -> None:
        # The job itself, not a coroutine of it: one that is replaced before it began is never made.
        self.run_worker(job, group=group, exclusive=exclusive)

    async def _reload(self) -> None:
        opening = not self.is_open
        if opening:
            self.status.set_facts(Facts(authority=OPENING))
        try:
            self.status.set_facts(await self.ask(facts_of))
            await self.refresh_data()
            if opening:
                await self.ask(follow)
        except Exception as error:  # whatever a service raises, the screen stays and says it
            if opening and not self.is_open:
                self.desk_app.give_up(error)
            else:
                self.fail(error)


def follow(desk: Desk) -> None:
    """Let the search hear of what this desk does from now on. After the first rows: it loads much."""
    from rcc_tui.services.finder import attach

    attach(desk)


def facts_of(desk: Desk) -> Facts:
    """What the status line says of the desk."""
    from rcc_tui.services import syncing

    held = syncing.status(desk)
    member = desk.rolls.member(desk.code)
    return Facts(
        authority=f"{desk.code} {member.name}" if member else f"{desk.code} (not on the roll yet)",
        desk=desk.name,
        today=show_date(desk.clock.today()),
        parked=held.parked,
        quarantined=held.quarantined,
    )
