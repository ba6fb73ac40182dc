"""What an index of the search takes in memory, in a process of its own.

`python -m bench.search_memory FILE`, where FILE holds the blobs of an index, one pickled pair after another,
then a list of lines. Prints bytes resident as one line of JSON: those of the index as it is loaded, with its
words for corrections, and what all lines have added, one after the other, to what is kept for speed.
"""

from __future__ import annotations

import gc
import json
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

import fixtures
from bench.child import peak_memory
from bench.search_rows import TODAY
from rcc_tui.search.engine import Engine
from rcc_tui.search.index import INDEX_VERSION, Index
from rcc_tui.search.query import parse


@dataclass(frozen=True, slots=True)
class Resident:
    """Bytes resident: of the index, and in addition after a number of lines."""

    index: int
    searched: int


def _resident() -> int:
    """Bytes of memory this process holds now; where nobody tells, the most it has held."""
    pages = Path("/proc/self/statm")
    if not pages.is_file():
        return peak_memory()
    from resource import getpagesize

    return int(pages.read_text().split()[1]) * getpagesize()


def _pairs(file: BinaryIO) -> Iterator[tuple[str, bytes]]:
    while (pair := pickle.load(file)) is not None:
        yield pair


def _measured(file: BinaryIO) -> Resident:
    gazetteer, synonyms = fixtures.gazetteer(), fixtures.synonyms()
    Engine(Index(), gazetteer, synonyms).find(parse("fostr 12f slouhg", today=TODAY), today=TODAY)
    gc.collect()
    before = _resident()
    index = Index.load(_pairs(file), INDEX_VERSION)
    if index is None or not len(index.lexicon):
        raise SystemExit("no index")
    gc.collect()
    loaded = _resident()
    engine = Engine(index, gazetteer, synonyms)
    for line in pickle.load(file):
        engine.find(parse(line, today=TODAY), today=TODAY, buyer="871")
    gc.collect()
    return Resident(loaded - before, _resident() - loaded)


def resident(blobs: Sequence[tuple[str, bytes]], lines: Iterable[str]) -> Resident:
    """What the index of these blobs takes, and these lines after it."""
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "blobs"
        with kept.open("wb") as file:
            for pair in (*blobs, None, list(lines)):
                pickle.dump(pair, file)
        command = (sys.executable, "-m", "bench.search_memory", str(kept))
        root = Path(__file__).parents[1]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=root)
    return Resident(**json.loads(done.stdout))


if __name__ == "__main__":
    with Path(sys.argv[1]).open("rb") as given:
        print(json.dumps(asdict(_measured(given))))
