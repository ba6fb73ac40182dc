"""rcc reconcile match: what a spreadsheet says, entered only when somebody says so."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import BUYER, HUB, SELLER, Town
from tests.cli.test_reconcile import NOVEMBER, running

WHOLE = ("--with", BUYER, *NOVEMBER)


def _file(folder: Path, text: str) -> str:
    path = folder / "reading.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_matched_entered_and_again_nothing(market: Town) -> None:
    trade = running(market)
    (due,) = market.told(HUB, "ledger", *NOVEMBER)
    said = f"Hil House,03/11/2026,30/11/2026,£{due['pence'] / 100 - 10:.2f}"
    path = _file(
        market.folder, f"Home,From,To,Amount\n{said}\nNowhere House,,,12.00\n,,,\nElm,99/11/2026,,5.00\n"
    )
    first = market.told(HUB, "reconcile", "match", path, *WHOLE)
    (one,) = first["matched"]
    assert (one["row"], one["trade"], first["entered"], first["known"]) == (2, trade, 0, False)
    assert one["score"] == sum(reason["points"] for reason in one["reasons"])
    assert (first["ask"], first["unmatched"]) == ([], [3, 5])
    assert "is no day" in first["wrong"][0]["reasons"][0]
    assert first["columns"] == {"setting": "Home", "start": "From", "end": "To", "amount": "Amount"}
    assert market.told(HUB, "reconcile", "month", *NOVEMBER)["pairs"][0]["rows"] == []

    assert market.told(HUB, "reconcile", "match", path, *WHOLE, "--confirm")["entered"] == 1
    (row,) = market.told(HUB, "reconcile", "month", *NOVEMBER)["pairs"][0]["rows"]
    assert (row["difference"], row["trade"]) == (10_00, trade)
    again = market.told(HUB, "reconcile", "match", path, *WHOLE, "--confirm")
    assert (again["entered"], again["known"]) == (0, True)
    text = market.at(HUB, "reconcile", "match", path, *WHOLE).out
    assert "entered already" in text
    assert "Row 5, “Elm” £5.00: start: “99/11/2026” is no day" in text
    assert text.rstrip().endswith("nothing was changed. --take-back WHY takes it back.")


def test_a_file_is_taken_back_and_entered_again(market: Town) -> None:
    running(market)
    (due,) = market.told(HUB, "ledger", *NOVEMBER)
    path = _file(market.folder, f"Home,From,Amount\nHill House,03/11/2026,{due['pence'] / 100 - 10:.2f}\n")
    early = market.at(HUB, "reconcile", "match", path, *WHOLE, "--take-back", "not theirs")
    assert early.code == 1
    assert "has not been entered" in early.err
    market.told(HUB, "reconcile", "match", path, *WHOLE, "--confirm")
    assert market.told(HUB, "reconcile", "month", *NOVEMBER)["pairs"][0]["rows"]
    taken = market.at(HUB, "reconcile", "match", path, *WHOLE, "--take-back", "not theirs")
    assert taken.out.strip() == "Taken back: reading.csv. --confirm enters it again."
    assert market.told(HUB, "reconcile", "month", *NOVEMBER)["pairs"][0]["rows"] == []
    assert market.told(HUB, "reconcile", "match", path, *WHOLE, "--confirm")["entered"] == 1


def test_what_is_asked_is_settled_by_its_row(market: Town) -> None:
    trade = running(market)
    (due,) = market.told(HUB, "ledger", *NOVEMBER)
    line = f"Hill House,03/11/2026,01/12/2026,{due['pence'] / 100:.2f}\n"
    path = _file(market.folder, "Home,From,To,Amount\n" + line + line)
    asked = market.told(HUB, "reconcile", "match", path, *WHOLE)
    assert [one["row"] for one in asked["ask"]] == [2, 3]
    assert asked["matched"] == []
    text = market.at(HUB, "reconcile", "match", path, *WHOLE).out
    assert "may be:" in text
    assert f"with --row 2={trade[:8]} one that is asked too." in text
    done = market.told(HUB, "reconcile", "match", path, *WHOLE, "--confirm", "--row", f"3={trade[:8]}")
    assert done["entered"] == 1


def test_what_is_off(market: Town) -> None:
    path = _file(market.folder, "Home,From\nElm,03/11/2026\n")
    for words, code, said in (
        ((path,), 2, "Whose side"),
        ((path, "--with", BUYER, "--row", "2=aa"), 2, "--confirm"),
        ((path, "--with", BUYER), 1, "has no amounts"),
        ((str(market.folder / "none.csv"), "--with", BUYER), 1, "cannot be read"),
        ((path, "--with", "999"), 1, "999"),
    ):
        ran = market.at(SELLER, "reconcile", "match", *words)
        assert (ran.code, said in ran.err) == (code, True), (words, ran)
