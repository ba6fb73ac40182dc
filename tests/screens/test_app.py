"""The application: first frame, modes, palette, the store opened behind the first frame."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from screens.base import DeskScreen
from tests.screens.store import app_at, press, shown

HEAVY = ("sqlmodel", "sqlalchemy", "pydantic", "rapidfuzz", "nacl", "msgspec", "alembic")


def test_the_first_frame_needs_no_orm(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from rcc_tui.app import RccApp; "
        f"app = RccApp(Path({str(tmp_path)!r})); "
        "import screens.today; screens.today.TodayScreen(); "
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=True)
    assert done.stdout.strip() == "[]"


async def test_digits_switch_modes(tmp_path: Path) -> None:
    async with app_at(tmp_path) as (app, pilot):
        assert isinstance(app.screen, DeskScreen)
        assert app.screen.status.facts.authority == "870 Reading"
        assert app.screen.status.facts.today == "01/12/2026"
        assert app.current_mode == "today"
        await press(pilot, "1")
        assert "Today" in shown(app).splitlines()[0]
