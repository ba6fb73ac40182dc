"""The whole job by keys alone, in a real terminal of 80×24: from the request to the reconciled trade."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.cli.conftest import Town
from tests.journeys.conftest import TODAY
from tests.journeys.test_by_commands import PAIR

ROOT = Path(__file__).parents[2]
PATIENCE = 20.0
GLANCE = 0.05
# Before its first line a program has Python, Textual and the tables to load: on a slow machine that takes.
START = 60.0
OFFERS = (
    "ref,provider,setting,authority,town,outcode,type,accepting,registered,age_min,age_max,sex,needs,siblings,"
    "emergency\n"
    "OX-1,Oxfordshire Council,Oakley family,931,Abingdon,OX14,foster,2,3,8,16,A,autism|adhd,2,y\n"
    "OX-2,Oxfordshire Council,Kingfisher House,931,Banbury,OX16,residential,1,4,10,17,M,,1,n\n"
)
JANUARY = "2027-01-04"
SIGNED = ("Reading (buyer): signed", "Oxfordshire (seller): signed")
CONF = "set -s escape-time 0\nset -g status off\nset -g remain-on-exit on\n"

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")


class Terminal:
    """A tmux server of our own, with a window for each desk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._socket = folder / "tmux"
        self._conf = folder / "tmux.conf"
        self._conf.write_text(CONF, encoding="utf-8")

    def _tmux(self, *args: str) -> str:
        ran = subprocess.run(
            ["tmux", "-S", str(self._socket), "-f", str(self._conf), *args],
            capture_output=True,
            text=True,
            check=True,
            timeout=START,
            env={key: value for key, value in os.environ.items() if key != "TMUX"},
        )
        return ran.stdout

    def open(self, name: str, store: Path, today: str = TODAY) -> None:
        """Start the screens on a store, in a window of that name, and wait for their first rows."""
        self._code(name).unlink(missing_ok=True)
        set_to = {"PYTHONPATH": str(ROOT), "RCC_TODAY": today, "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8"}
        given = [part for key, value in set_to.items() for part in ("-e", f"{key}={value}")]
        # tmux itself does not always learn how a program ended.
        noted = f'"$@"; echo $? >"{self._code(name)}.new"; mv "{self._code(name)}.new" "{self._code(name)}"'
        command = ["sh", "-c", noted, "sh", sys.executable, "-m", "rcc_tui", "--store", str(store)]
        self._tmux("new-session", "-d", "-s", name, "-x", "80", "-y", "24", *given, *command)
        self.until(name, "Go: 2", f"{date.fromisoformat(today):%A %d/%m/%Y}", patience=START)

    def screen(self, name: str) -> str:
        """What stands in a window."""
        return self._tmux("capture-pane", "-p", "-t", name)

    def until(self, name: str, *texts: str, patience: float = PATIENCE) -> str:
        """Wait until all the texts are seen in a window; what stands there then."""
        return self.until_true(name, lambda seen: all(text in seen for text in texts), texts, patience)

    def until_true(
        self, name: str, holds: Callable[[str], bool], what: object, patience: float = PATIENCE
    ) -> str:
        """Wait until something holds of what stands in a window."""
        end = time.monotonic() + patience
        while not holds(seen := self.screen(name)):
            assert time.monotonic() < end, f"never saw {what}:\n{seen}"
            time.sleep(GLANCE)
        return seen

    def press(self, name: str, *keys: str) -> None:
        """Press keys by their tmux names, all at once."""
        self._tmux("send-keys", "-t", name, *keys)

    def type(self, name: str, text: str) -> None:
        """Type text."""
        self._tmux("send-keys", "-t", name, "-l", text)

    def leave(self, name: str) -> None:
        """Quit the program, and wait until it has ended well."""
        self.press(name, "C-q")
        self.until_true(name, lambda _: self._code(name).is_file(), "its end")
        assert self._code(name).read_text() == "0\n", self.screen(name)
        self._tmux("kill-session", "-t", name)

    def _code(self, name: str) -> Path:
        return self._folder / f"{name}.code"

    def close(self) -> None:
        """End this server, and no other."""
        subprocess.run(["tmux", "-S", str(self._socket), "kill-server"], capture_output=True, check=False)


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    """A terminal, closed at the end. Its folder has a short name, as a socket must."""
    with TemporaryDirectory(prefix="rcc-") as folder:
        made = Terminal(Path(folder))
        try:
            yield made
        finally:
            made.close()


READ, SENT = "1 bundle read", "Nothing new there."
"""What an exchange says: the other had left something, or there was only something to leave."""


def exchange(terminal: Terminal, name: str, folder: Path | None = None, said: str = READ) -> None:
    """Take in what lies in the mailbox and leave there what the others lack; the folder is remembered."""
    terminal.press(name, "8", "m")
    terminal.until(name, "Mailbox folder", "Enter takes it")
    if folder is not None:
        terminal.type(name, str(folder))
    terminal.press(name, "Enter")
    terminal.until(name, said)


def log_an_emergency(terminal: Terminal) -> None:
    """A girl of twelve from RG4, known to harm herself: the short form, saved."""
    terminal.press("870", "2", "E")
    terminal.until("870", "Emergency: what is known tonight", ">*Age")
    terminal.type("870", "12")
    terminal.press("870", "Enter", "f")
    terminal.until("870", "> F    Female")
    terminal.press("870", "Enter")
    terminal.until("870", "F · Female", "> Siblings")
    terminal.press("870", "Enter")
    terminal.type("870", "self")
    terminal.until("870", "> self_harm:high")
    terminal.press("870", "Enter", "Enter")
    terminal.until("870", "Self-harm high", "> Home postcode")
    terminal.type("870", "rg4 8aa")
    terminal.press("870", "C-s")
    terminal.until("870", "1 open of 1", ">E Today", "12 F", "RG4", "logged;")


def propose(terminal: Terminal) -> None:
    """Search for the request with slips in the words, and propose for the place on the tariff."""
    terminal.press("870", "s")
    terminal.until("870", "For 12 F", "from RG4", "Self-harm: high", "1 of 1", "Oakley family")
    terminal.press("870", "/")
    terminal.type("870", "fostr abbingdon autisim 30mi")
    terminal.until("870", "fostr → Foster", "abbingdon → Abingdon", "autisim → Autism", "within 30 miles of")
    terminal.press("870", "Down", "p")
    terminal.until("870", "Propose: Oakley family", "£635.00 a week", "core", "£530.00", "WORKED EXAMPLE")
    terminal.press("870", "C-s")
    terminal.until("870", "Proposed to Oxfordshire.")


def accept(terminal: Terminal) -> None:
    """Oxfordshire reads what waits for it, opens the proposal and accepts."""
    terminal.press("931", "1")
    terminal.until("931", "Reading proposes Oakley family")
    terminal.press("931", "Home", "Enter")
    terminal.until(
        "931", "Oakley family: proposed", "Reading (buyer): signed", "Oxfordshire (seller): not signed"
    )
    terminal.press("931", "a")
    terminal.until("931", "Accept these terms?", "Yes, accept: £635.00 a week")
    terminal.press("931", "Enter")
    terminal.until("931", "Oakley family: agreed", "Agreed with Reading.")


def both_signed(terminal: Terminal, name: str) -> str:
    """The trade in full; its terms hash, which both have signed."""
    terminal.press(name, "5")
    terminal.until(name, "Oakley family: agreed")
    terminal.press(name, "Home", "Enter")
    seen = terminal.until(
        name, "Oakley family: agreed", "Reading (buyer): signed", "Oxfordshire (seller): signed"
    )
    hashes: set[str] = set(re.findall(r"signed ([0-9a-f]{8})\b", seen))
    assert len(hashes) == 1, seen
    return hashes.pop()


def begin(terminal: Terminal, name: str) -> None:
    """This side states that the child moved in on the day agreed."""
    terminal.press(name, "5")
    terminal.until(name, "Oakley family: agreed")
    terminal.press(name, "b")
    terminal.until(name, "The child moved in", "01/12/2026")
    terminal.press(name, "Enter")
    terminal.until(name, "Begun on 01/12/2026. b states another day.")


def state_the_month(terminal: Terminal) -> None:
    """Oxfordshire issues its statement of December."""
    terminal.press("931", "1")
    terminal.until("931", "State 12/2026 to Reading: £2,452.14 (example)")
    terminal.press("931", "6")
    terminal.until("931", "Reconcile 12/2026", "[12/2026]", "£2,452.14 o")
    terminal.press("931", "Enter")
    terminal.until("931", "12/2026 Oxfordshire ← Reading", "unstated")
    terminal.press("931", "i")
    terminal.until("931", "Stated: £2,452.14 to Reading.")


def answer_the_month(terminal: Terminal) -> None:
    """Reading reads the statement, line by line, and agrees it; then the month is closed."""
    terminal.press("870", "1")
    terminal.until("870", "Answer Oxfordshire's statement of 12/2026")
    terminal.press("870", "6")
    terminal.until("870", "£2,452.14 s", "WORKED EXAMPLE")
    terminal.press("870", "Enter")
    terminal.until("870", "12/2026 Oxfordshire ← Reading", "pending")
    terminal.press("870", "A")
    terminal.until("870", "Agree all that are left?", "Yes, agree 2 lines: £2,452.14")
    terminal.press("870", "y")
    terminal.until("870", "2 lines agreed, £2,452.14.")
    terminal.press("870", "x")
    terminal.until("870", "Close 12/2026?", "Yes, close 12/2026")
    terminal.press("870", "y")
    terminal.until("870", "12/2026 is closed. A later month corrects it.")


def test_the_whole_job_by_keys(region: Town, terminal: Terminal) -> None:
    town = region
    box = town.folder / "share"
    box.mkdir()
    assert town.told("931", "vacancy", "import", town.file("offers.csv", OFFERS))["new"] == 2
    assert town.at("931", "sync", "--mailbox", str(box)).code == 0

    terminal.open("870", town.folder / "870")
    exchange(terminal, "870", box)
    log_an_emergency(terminal)
    propose(terminal)
    exchange(terminal, "870", said=SENT)
    terminal.open("931", town.folder / "931")
    exchange(terminal, "931", box)
    accept(terminal)
    exchange(terminal, "931", said=SENT)
    exchange(terminal, "870")
    assert both_signed(terminal, "870") == both_signed(terminal, "931")
    for code, said in (("870", SENT), ("931", READ)):
        begin(terminal, code)
        exchange(terminal, code, said=said)
        terminal.leave(code)
    for code in ("931", "870"):
        terminal.open(code, town.folder / code, JANUARY)
    state_the_month(terminal)
    exchange(terminal, "931", said=SENT)
    exchange(terminal, "870")
    answer_the_month(terminal)
    exchange(terminal, "870", said=SENT)
    exchange(terminal, "931")
    terminal.press("931", "6")
    terminal.until("931", "£2,452.14 c")
    for code in ("870", "931"):
        terminal.leave(code)

    for audience in ("rcc", PAIR):
        digests = {town.told(code, "digest", "--audience", audience)["digest"] for code in ("870", "931")}
        assert len(digests) == 1, audience
    ledgers = [town.told(code, "ledger") for code in ("870", "931")]
    assert ledgers[0] == ledgers[1]
    assert ledgers[0][0]["nights"] == 31
    assert {one["mark"] for one in ledgers[0] if one["month"] == "2026-12"} == {"cleared"}
