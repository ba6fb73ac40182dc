"""The keepers of a region at work: its folder, its desks in folders beside it, rolls signed and taken in."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date
from pathlib import Path

from rcc_tui.config import Clock
from rcc_tui.services import region
from rcc_tui.services.desk import Desk, open_desk
from rcc_tui.services.syncing import FileResult, export, take_in
from tests.region import CODES, TODAY

CLOCK = Clock(date.fromisoformat(TODAY))


class Keepers:
    """A region below `home`. Desks are opened when asked for, and closed with the stack."""

    def __init__(self, home: Path, stack: ExitStack) -> None:
        self.home = home
        self.folder = home / "region"
        self._stack = stack
        self._open: dict[str, Desk] = {}

    def found(self) -> None:
        """Three members with a desk each, Reading with a second one (870b), on roll 1."""
        region.init_region(self.folder, "South East")
        for code in CODES:
            role = "hub" if code.startswith("HUB") else "authority"
            region.enrol_authority(self.folder, code, code, role=role, host=code == CODES[0])
            self.join(code, code)
        self.join("870", "870b", "second")
        self.publish()

    def join(self, code: str, store: str, name: str = "placements") -> None:
        """Make a desk and put it on the draft."""
        request = region.init_desk(self.home / store, self.folder / "region.json", code, name, clock=CLOCK)
        region.enrol_desk(self.folder, request, self.folder / f"authority-{code}.key")

    def publish(self, *keys: str) -> Path:
        """Sign the draft by these root keys (the first two), publish it, take it in at every desk."""
        for key in keys or ("root-1", "root-2"):
            region.sign_draft(self.folder, self.folder / f"{key}.key")
        path = region.publish_roll(self.folder)
        for store in sorted(self.home.glob("*/rcc.db")):
            region.adopt_rolls(self.desk(store.parent.name), list(self.folder.glob("roll-*.json")))
        return path

    def desk(self, store: str) -> Desk:
        """The open desk of a store."""
        if store not in self._open:
            desk = open_desk(self.home / store, clock=CLOCK)
            desk.store.write.execute("PRAGMA synchronous=OFF")
            self._stack.callback(desk.close)
            self._open[store] = desk
        return self._open[store]

    def shut(self, store: str) -> None:
        """Close a desk's store."""
        self._open.pop(store).close()

    def carry(self, maker: str, reader: str) -> FileResult:
        """Take a bundle from one desk to another."""
        sender, receiver = self.desk(maker), self.desk(reader)
        (sent,) = export(sender, [receiver.code], self.home / "stick")
        (result,) = take_in(receiver, [Path(sent.file)])
        return result
