"""The real input that lies beside the repository, where it does: used in place, never copied."""

from __future__ import annotations

from pathlib import Path

import pytest

DATA = Path(__file__).parents[2] / "shared" / "data"
ABSENT = "the shared data folder is not here"

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=ABSENT)
