"""Questions of the Sync screen: for whom, and which files."""

from __future__ import annotations

from collections.abc import Sequence
from glob import glob
from pathlib import Path

from textual.app import ComposeResult

from rcc_tui.domain.errors import Refused
from screens.widgets.dialogs import Dialog, said
from screens.widgets.rows import Column, Row, Rows

MEMBERS = (Column("code", "Code", 6), Column("name", "Member", 12, flex=1))
ALL = "all"


class PickMembers(Dialog[tuple[str, ...]]):
    """Some members, or all of them. Space marks; Enter gives the marked ones, or the one under the cursor.

    Args:
        members: code and name of each.
    """

    DEFAULT_CSS = """
    PickMembers Rows { height: auto; max-height: 60vh; min-height: 4; }
    """

    def __init__(self, title: str, members: Sequence[tuple[str, str]]) -> None:
        super().__init__(title)
        self.rows = Rows(MEMBERS, empty="There is no other member with a desk yet.", multi=True, mark_width=0)
        self._members = tuple(members)

    def inside(self) -> ComposeResult:
        """The list, and its keys."""
        yield self.rows
        yield said("Space marks · Enter takes · Esc goes back", "hint")

    def on_mount(self) -> None:
        """All of them first: that is what is wanted most often."""
        everybody = [Row(ALL, ("", f"All {len(self._members)} others"))] if len(self._members) > 1 else []
        rows = [*everybody, *(Row(code, (code, name)) for code, name in self._members)]
        self.rows.set_rows(rows)
        self.rows.styles.height = len(rows) + 2 if rows else 4
        self.rows.focus()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Give the codes."""
        picked = self.rows.picked or {event.row_id}
        self.dismiss((ALL,) if ALL in picked else tuple(sorted(picked)))


def files_of(typed: str) -> tuple[Path, ...]:
    """The files that were typed: one path, several with `;` between, or a pattern with `*`.

    Raises Refused for what is not there, and for a folder.
    """
    found: list[Path] = []
    whole = Path(typed.strip()).expanduser()
    for part in [typed] if whole.exists() else typed.split(";"):
        text = str(Path(part.strip().strip('"')).expanduser())
        paths = [Path(text)] if Path(text).exists() else [Path(one) for one in sorted(glob(text))]
        if not paths:
            raise Refused(
                f"There is no file {text}.", where="file", hint="Check the path; * stands for any name."
            )
        if folder := next((path for path in paths if path.is_dir()), None):
            raise Refused(
                f"{folder} is a folder.", where="file", hint=f"Name its files, as in {folder / '*.rccb'}."
            )
        found.extend(paths)
    return tuple(dict.fromkeys(found))


def check_files(typed: str) -> str:
    """Raises Refused unless every file that was typed is there."""
    files_of(typed)
    return ""


def check_folder(typed: str) -> str:
    """Raises Refused unless the folder is there."""
    if not Path(typed).expanduser().is_dir():
        raise Refused(f"There is no folder {typed}.", where="folder", hint="Name one that exists.")
    return ""
