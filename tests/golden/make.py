"""Makes the golden store and bundles of this release: `python -m tests.golden.make`. See README.md here."""

from __future__ import annotations

import gzip
import json
import shutil
import sys
import tempfile
import tomllib
from dataclasses import replace
from pathlib import Path

from db import cipher
from rcc_tui.acts import (
    children,
    referrals,
    searches,
    settings,
    sheets,
    statements,
    tariffs,
    trades,
    vacancies,
)
from rcc_tui.acts.names import own, pair
from rcc_tui.acts.terms import terms_hash
from rcc_tui.domain.child import ChildFacts
from rcc_tui.domain.needs import Needs
from rcc_tui.domain.statement import SheetLine, StatementLine
from rcc_tui.services.desk import Desk
from rcc_tui.services.erasing import erase
from rcc_tui.services.syncing import export, take_in
from tests.attacks.facts import home, places, recount, rename, request
from tests.golden.facts import HERE, HOLDER, STORE_KEY, Facts, facts_of
from tests.region import CODES, member_of, open_at, seat, signed_roll
from tests.sync.histories import TERMS

LINE = StatementLine("aa" * 16, "care", "2026-11-01", "2026-12-01", 30, 700_00, 300_000)
SHEET_LINE = SheetLine(2, "aa" * 16, "2026-11", "2026-11-01", "2026-12-01", 700_00, 300_000)
BETWEEN = pair("870", "931")


def _oxford(desk: Desk) -> None:
    with desk.writing() as w:
        made = w.act("setting", home("931", "The Elms — café"))
        vacancy = w.act("vacancy", places("931"))
        w.act("setting", rename("The Elms, Abingdon"), record=made.record)
        hold = w.act(
            "vacancy", vacancies.Hold("870", "Child A", 1, "2026-12-03T12:00"), record=vacancy.record
        )
        w.act("vacancy", recount(1), record=vacancy.record)
        w.act("vacancy", vacancies.Release(hold.entry), record=vacancy.record)
        w.act("referral", referrals.Open("931", "870", "", Needs(9, "F")), audience=BETWEEN)
        proposed = w.act("trade", trades.Propose(replace(TERMS, vacancy=vacancy.record)), audience=BETWEEN)
    with desk.writing() as w:
        w.act(
            "trade", trades.Propose(TERMS, replaces=proposed.entry), record=proposed.record, audience=BETWEEN
        )


def _reading(desk: Desk) -> None:
    write = desk.store.write
    ((trade, newest),) = write.execute("SELECT record, proposal FROM trade").fetchall()
    with desk.writing() as w:
        w.act("request", request(12))
        gone = w.act("request", request(7))
        child = w.act("child", children.Open(ChildFacts("C1", "2015-01-01", name="Ada Byron")))
        w.act("child", children.Edit(ChildFacts("C1", name="Ada Lovelace"), ("name",)), record=child.record)
        w.act("adoption", tariffs.Adopt("00" * 32, "2026-12-01"))
        accept = trades.Accept(bytes.fromhex(newest), terms_hash(TERMS))
        w.act("trade", accept, record=trade, audience=BETWEEN, deps=[bytes.fromhex(newest)])
        w.act("trade", trades.Start("2026-12-01"), record=trade, audience=BETWEEN)
        w.act("trade", trades.KeepOpen((("2026-12-05", "2026-12-08"),)), record=trade, audience=BETWEEN)
        changed = trades.Propose(replace(TERMS, effective="2027-01-01"), bytes.fromhex(newest))
        w.act("trade", changed, record=trade, audience=BETWEEN)
        w.act("search", searches.Keep("Teens near Slough", "slough 14f"))
        w.act("sheet", sheets.Enter("ab" * 32, "kent.csv", "886", (SHEET_LINE,)))
        stated = w.act("statement", statements.Issue("2026-11", "870", "931", (LINE,), ()), audience=BETWEEN)
        w.act("statement", statements.Reissue(stated.entry, (), ()), record=stated.record, audience=BETWEEN)
    erase(desk, gone.record, "the request was opened by mistake")


def _hub(desk: Desk) -> None:
    with desk.writing() as w:
        made = w.act("setting", home("870", "Handed over"))
        w.act("setting", settings.HandOver("870"), record=made.record)


def _carry(one: Desk, to: Desk, kept: Path, name: str, *, unsealed: bool = False) -> None:
    """Carry a bundle and keep it under a name that says when it came."""
    (exported,) = export(one, [to.code], kept, unsealed=unsealed)
    path = Path(exported.file).rename(kept / f"{name}.rccb")
    (result,) = take_in(to, [path])
    assert result.exit_code == 0, result.reason
    if to.code != HOLDER.code:
        path.unlink()


def _encrypted(plain: Path, target: Path) -> None:
    """The same store under a key."""
    connection = cipher.connect(plain)
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    connection.execute(f"ATTACH DATABASE '{target}' AS sealed KEY \"x'{STORE_KEY.hex()}'\"")
    connection.execute("SELECT sqlcipher_export('sealed')")
    connection.execute(f"PRAGMA sealed.application_id={application}")
    connection.execute(f"PRAGMA sealed.user_version={version}")
    connection.execute("DETACH DATABASE sealed")
    connection.close()


def make(folder: Path) -> None:
    """Write a release's folder anew."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    signed = signed_roll([member_of(code, [seat(code)], host=code == "870") for code in CODES])
    with tempfile.TemporaryDirectory() as name:
        region = {code: open_at(Path(name) / code, seat(code), signed) for code in CODES}
        reading, oxford, hub = (region[code] for code in CODES)
        _oxford(oxford)
        _carry(oxford, reading, folder, "1-unsealed", unsealed=True)
        _carry(oxford, reading, folder, "2-sealed")
        _reading(reading)
        _hub(hub)
        _carry(hub, reading, folder, "3-of-the-hub")
        _carry(reading, oxford, folder, "to-oxfordshire")
        with oxford.writing() as w:
            made = w.act("setting", home("931", "Opened later"))
            w.act("setting", settings.Close("sold"), record=made.record)
        _carry(oxford, reading, folder, "4-later")
        bundles = sorted(path.name for path in folder.glob("*.rccb"))
        facts: Facts = {"store": facts_of(reading), "bundles": bundles}
        assert set(facts["store"]["digests"]) == {"rcc", own("870"), BETWEEN}
        for desk in region.values():
            desk.store.write.execute("VACUUM")
            desk.close()
        plain = Path(name) / "870" / "rcc.db"
        _encrypted(plain, Path(name) / "encrypted.db")
        for source, target in ((plain, "store"), (Path(name) / "encrypted.db", "encrypted")):
            (folder / f"{target}.db.gz").write_bytes(gzip.compress(source.read_bytes(), 9, mtime=0))
    (folder / "facts.json").write_text(json.dumps(facts, indent=1, sort_keys=True, ensure_ascii=False) + "\n")


def main() -> None:
    """Make the folder of the version in pyproject.toml."""
    project = tomllib.loads((HERE.parents[1] / "pyproject.toml").read_text())
    folder = HERE / project["project"]["version"]
    make(folder)
    sys.stdout.write(f"{folder.name}: {sum(path.stat().st_size for path in folder.iterdir()):,} bytes\n")


if __name__ == "__main__":
    main()
