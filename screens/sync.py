"""Sync: who has been heard how far, what went out and came in, and the three ways to carry bundles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.widgets import ProgressBar, Static

from screens.base import DeskScreen
from screens.conflicts import ConflictsScreen
from screens.keys import Key
from screens.standing import StandingScreen, read_health
from screens.sync_dialogs import PickMembers, check_files, check_folder, files_of
from screens.sync_words import (
    exported_words,
    held_words,
    imported_words,
    member_cells,
    moved_cells,
    unsent_words,
    warning_words,
)
from screens.typeahead import OPENING
from screens.watch import Came, Reached, Stopped, Watch
from screens.widgets.dialogs import Ask, Prompt, Tell
from screens.widgets.form import TextField
from screens.widgets.rows import Column, Row, Rows
from screens.widgets.text import join, safe

if TYPE_CHECKING:
    from rcc_tui.services.desk import Desk
    from rcc_tui.services.health import Health
    from rcc_tui.services.mailbox import Mailbox
    from rcc_tui.services.syncing import Exported, FileResult, Moved

T = TypeVar("T")

HEARD = (
    Column("code", "Code", 6),
    Column("name", "Member", 12, flex=2),
    Column("heard", "Last heard", 16),
    Column("age", "Age", 9),
    Column("entries", "Entries", 9, align="right", priority=1),
)
MOVED = (
    Column("way", "", 3),
    Column("at", "When", 16),
    Column("peer", "Member", 8),
    Column("what", "What", 10, flex=1),
)
EMPTY_MOVED = "No bundle yet. o writes one, i reads one, m exchanges with a mailbox folder."
STOP = "· Esc stops it"
EXPORTS, MAILBOX = "sync:exports", "sync:mailbox"
"""Names under which the store remembers the folders used last."""


@dataclass(frozen=True, slots=True)
class State:
    """What the screen shows, read in one go."""

    health: Health
    moved: tuple[Moved, ...]
    exports: str
    mailbox: str


class SyncScreen(DeskScreen):
    """Each member with the time of the last entry held of it; below, the bundles that went and came."""

    SCREEN = "sync"
    HEADING = "Sync"
    CSS_PATH = "sync.tcss"

    def __init__(self) -> None:
        super().__init__()
        self.held = Static(classes="sync--held", markup=False)
        self.members = Rows(HEARD, empty="No roll yet: take in the one the hub publishes.", id="members")
        self.moved = Rows(MOVED, empty=EMPTY_MOVED, id="moved", mark_width=0)
        self.progress = ProgressBar(show_eta=False, id="progress")
        self.doing = Static(classes="sync--doing", markup=False)
        self._state: State | None = None
        self._watch: Watch | None = None
        self._stops = True

    def body(self) -> ComposeResult:
        """What is held, the two lists, and how far an exchange has come."""
        yield self.held
        yield self.members
        yield self.moved
        yield Container(self.doing, self.progress, classes="sync--progress")

    def on_mount(self) -> None:
        """The list of members has the keys; Tab goes to the bundles."""
        self.show_reading(self.members)
        self.show_reading(self.moved)
        self.members.focus()

    async def refresh_data(self) -> None:
        """Read how things stand."""
        state = self._state = await self.ask(_read)
        status = state.health.status
        told = [[join(*held_words(status))], [safe(*one) for one in warning_words(state.health)]]
        self.held.update(Content("\n").join(line for part in told for line in part))
        self.members.set_rows(
            [
                Row(one.code, *member_cells(one, silence, one.code == status.authority))
                for one, silence in zip(status.members, state.health.silence, strict=True)
            ]
        )
        self.moved.set_rows([Row(str(place), moved_cells(one)) for place, one in enumerate(state.moved)])
        self.title_line.show("Sync", f"roll {status.roll} · {status.entries:,} entries held ")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """One exchange at a time; and nothing here is filtered."""
        if action == "filter":
            return False
        if action in ("export", "import", "mailbox") and self._watch is not None:
            return None
        return super().check_action(action, parameters)

    def apt(self, key: Key) -> bool:
        """Only an older copy is reopened."""
        return key.command != "reopen" or (self._state is not None and self._state.health.behind)

    def action_reopen(self) -> None:
        """Let a copied or older store sign again, in new logs."""
        if self._state is None or not self._state.health.behind:
            self.tell("This store is no older copy: there is nothing to reopen.")
            return
        body = (
            "This store was copied or put back. Its logs are closed and new ones are opened; both are kept."
        )
        self.app.push_screen(
            Ask("Let it sign again?", body, (("y", "Yes, reopen"), ("n", "No, only read"))), self._reopen
        )

    def _reopen(self, answer: str | None) -> None:
        from rcc_tui.services import backup

        if answer == "y":
            self.act(
                backup.reopen, lambda closed: f"{closed} logs closed; this store signs again, in new ones."
            )

    def action_conflicts(self) -> None:
        """Fields that two desks set apart from each other."""
        self.app.push_screen(ConflictsScreen())

    def action_standing(self) -> None:
        """How far this store can be trusted to know."""
        self.app.push_screen(StandingScreen())

    def show_record(self, record: str) -> None:
        """A record that another screen names here has a field in conflict."""
        over = self.app.screen
        if isinstance(over, ConflictsScreen):
            over.show_record(record)
        else:
            self.app.push_screen(ConflictsScreen(record))

    async def _known(self) -> State:
        """What was read last; a key may come before the first reading has."""
        if self._state is None:
            self._state = await self.ask(_read)
        return self._state

    # Out

    def action_export(self) -> None:
        """Write bundles: for whom, then where to."""
        self.run_worker(self._ask_for_whom(), group=OPENING, exclusive=True)

    async def _ask_for_whom(self) -> None:
        state = await self._known()
        status = state.health.status
        own = status.authority
        others = [(one.code, one.name) for one in status.members if one.code != own]

        def picked(codes: tuple[str, ...] | None) -> None:
            if codes:
                self._ask_folder(codes, state.exports or str(Path.home()))

        self.app.push_screen(PickMembers("Write a bundle for", others), picked)

    def _ask_folder(self, codes: tuple[str, ...], before: str) -> None:
        def answered(folder: str | None) -> None:
            if folder:
                self._run(lambda desk, _: _export(desk, codes, folder), exported_words, stops=False)

        field = TextField("folder", "Folder", value=before, required=True, check=check_folder)
        self.app.push_screen(Prompt("Write the bundles into", field), answered)

    # In

    def action_import(self) -> None:
        """Read bundles: which files."""
        hint = "a path; several with ; between, or *.rccb"
        field = TextField("file", "File", required=True, check=check_files, hint=hint)
        self.app.push_screen(Prompt("Read a bundle", field), self._named)

    def _named(self, typed: str | None) -> None:
        if typed:
            self._run(lambda desk, watch: _take_in(desk, files_of(typed), watch), self._imported)

    def _imported(self, results: tuple[FileResult, ...]) -> str:
        refused = [one for one in results if one.exit_code or one.result == "refused"]
        if refused:
            what = "\n".join(
                f"{Path(one.file).name}: {one.reason or 'part of it was set aside'}" for one in refused
            )
            count = (
                f"{len(refused)} of {len(results)} could not be believed" if len(results) > 1 else "Not read"
            )
            self.app.push_screen(Tell(what, hint="Ask its sender for another.", title=count))
        return imported_words(results)

    # Both

    def action_mailbox(self) -> None:
        """Exchange with a folder that all members can reach."""
        self.run_worker(self._ask_mailbox(), group=OPENING, exclusive=True)

    async def _ask_mailbox(self) -> None:
        before = (await self._known()).mailbox

        def answered(folder: str | None) -> None:
            if folder:
                self._run(lambda desk, watch: _mailbox(desk, folder, watch), self._exchanged)

        field = TextField("folder", "Folder", value=before, required=True, check=check_folder)
        body = "Takes in what lies there for us, then leaves for each member what it lacks."
        self.app.push_screen(Prompt("Mailbox folder", field, body), answered)

    def _exchanged(self, done: Mailbox) -> str:
        came = self._imported(done.received) if done.received else "Nothing new there."
        return f"{came} {exported_words(done.sent)}{unsent_words(done.unsent)}"

    # How far it has come

    def _run(self, work: Callable[[Desk, Watch], T], said: Callable[[T], str], *, stops: bool = True) -> None:
        self.run_worker(self._exchange(work, said, stops), group="act")

    async def _exchange(
        self, work: Callable[[Desk, Watch], T], said: Callable[[T], str], stops: bool
    ) -> None:
        watch = Watch(self.post_message, self.desk_app.at_desk.leaving)
        self._stops = stops
        self._show_busy(watch)
        try:
            await self._act(lambda desk: work(desk, watch), said, None, None)
        finally:
            self._show_busy(None)

    def _show_busy(self, watch: Watch | None) -> None:
        self._watch = watch
        self.doing.update(f"Working… {STOP if self._stops else ''}")
        self.progress.update(total=None, progress=0)
        self.set_class(watch is not None, "-busy")
        self.refresh_bindings()

    def on_came(self, event: Came) -> None:
        """Show how many files have been read or written."""
        if self._watch is not None and not self._watch.stopping:
            self.tell("")  # whatever it waited for is over
        if event.name:
            self.doing.update(safe(f"{event.number + 1} of {event.total}: {event.name} {STOP}"))
        if event.total > 1:
            self.progress.update(total=event.total, progress=event.number)

    def on_reached(self, event: Reached) -> None:
        """Show how far the file is that is being read."""
        if self._watch is not None and event.total:
            self.progress.update(total=event.total, progress=event.done)

    def action_back(self) -> None:
        """End what is going on; else go back."""
        if self._watch is None or not self._stops or self._watch.stopping:
            super().action_back()
        else:
            self._watch.stop()
            self.tell("Stopping…")

    def fail(self, error: BaseException) -> None:
        """What was stopped has not failed."""
        if not isinstance(error, Stopped):
            super().fail(error)
            return
        self.tell("Stopped. Of the bundle that was being read nothing is kept; those before it are in.")
        if self.is_attached:
            self.reload()


def _read(desk: Desk) -> State:
    from rcc_tui.services import syncing

    return State(read_health(desk), syncing.moved(desk), desk.meta(EXPORTS), desk.meta(MAILBOX))


def _export(desk: Desk, codes: tuple[str, ...], folder: str) -> tuple[Exported, ...]:
    from rcc_tui.services import syncing

    done = syncing.export(desk, codes, Path(folder).expanduser())
    desk.set_meta(EXPORTS, folder)
    return done


def _take_in(desk: Desk, paths: tuple[Path, ...], watch: Watch) -> tuple[FileResult, ...]:
    from rcc_tui.services import syncing

    return syncing.take_in(desk, paths, progress=watch.came, reached=watch.reached)


def _mailbox(desk: Desk, folder: str, watch: Watch) -> Mailbox:
    from rcc_tui.services import mailbox

    done = mailbox.sync(desk, Path(folder).expanduser(), watch.came, reached=watch.reached)
    desk.set_meta(MAILBOX, folder)
    return done
