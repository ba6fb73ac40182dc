"""The reader behind `query.parse`: goes through the pieces of a line, at which each filter tries in turn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from rcc_tui.search import filters
from rcc_tui.search.asked import MOST_WORDS, Problem, Query, Word
from rcc_tui.search.names import Names
from rcc_tui.search.pieces import LONGEST, Piece, Value, pieces
from rcc_tui.search.tokens import tokenise

_SILENT = frozenset(["a", "an", "and", "at", "by", "for", "in", "near", "of", "the", "to", "with", "within"])
_MOST_PROBLEMS = 12


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of the line, `start` to `end`, that set filters: fields of the query and their values."""

    start: int
    end: int
    values: tuple[tuple[str, object], ...]

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields it set."""
        return tuple(field for field, _ in self.values)


class Reader:
    """Reads one line, once. A filter named twice: the last one counts, so typing on corrects; it is said.

    `typing`: somebody may be about to go on, so that what the line ends with is no problem as long as more
    letters can make sense of it.
    """

    def __init__(self, text: str, today: date, names: Names, *, typing: bool = True) -> None:
        self.today = today
        self.names = names
        self.marks: list[Mark] = []
        self._text = text
        self._typing = typing
        self._pieces = pieces(text)
        self._at = 0
        self._found: dict[str, Any] = {}
        self._by_whom: dict[str, int] = {}
        self._set_now: dict[str, object] = {}
        self._replaced: list[tuple[str, int]] = []
        self._words: list[Word] = []
        self._problems: list[Problem] = []

    def read(self) -> Query:
        """The query; every text has one."""
        if len(self._text) > LONGEST:
            self._problems.append(
                Problem(self._text[:20] + "…", f"only the first {LONGEST:,} characters are read")
            )
        while self._at < len(self._pieces):
            piece = self._pieces[self._at]
            self._set_now, self._replaced = {}, []
            used = filters.read(self, piece)
            if not used:
                self._word(piece)
                used = 1
            elif self._set_now:
                last = self._pieces[self._at + used - 1]
                self._mark(Mark(piece.start, last.end, tuple(self._set_now.items())), last)
            self._at += used
        self._open_quote()
        words = self._kept_words()
        self._contradictions(words)
        problems = tuple(self._problems[:_MOST_PROBLEMS])
        return Query(text=self._text, words=words, problems=problems, **self._found)

    def ends_with(self, field: str) -> bool:
        """Whether the line ends with a stretch that set the field, or names where to measure from."""
        last = self._pieces[-1] if self._pieces else None
        if last is None or not last.unfinished:
            return False
        if last.bare == "from":
            return True
        mark = self.marks[-1] if self.marks else None
        return mark is not None and mark.end == last.end and field in mark.fields

    # For the filters

    def ahead(self, count: int) -> list[Piece]:
        """The next bare pieces, at most so many, up to the first that is none."""
        found: list[Piece] = []
        for piece in self._pieces[self._at + 1 : self._at + 1 + count]:
            if not piece.bare or piece.excluded:
                break
            found.append(piece)
        return found

    def set(self, field: str, value: object) -> None:
        """A filter was read."""
        if field in self._found and self._found[field] != value:
            self._replaced.append((field, self._by_whom[field]))
        self._found[field] = self._set_now[field] = value

    def leave_out(self, field: str, values: tuple[str, ...]) -> None:
        """Values to leave out were read; they add up."""
        self._found[field] = tuple(dict.fromkeys((*self._found.get(field, ()), *values)))
        self._set_now[field] = values

    def let_go(self, field: str) -> None:
        """A field is to be left as it is, whatever the request says."""
        self._found["let_go"] = self._found.get("let_go", frozenset()) | {field}
        self._set_now[field] = "any"

    def problem(self, text: str, message: str) -> None:
        """A part of the line cannot be used."""
        self._problems.append(Problem(text[:60], message))

    def waits(self, piece: Piece) -> bool:
        """Whether the piece may still be being typed."""
        return self._typing and piece.unfinished

    @property
    def at_end(self) -> bool:
        """Whether nothing follows in the line."""
        return self._at + 1 == len(self._pieces)

    # Inner workings

    def _mark(self, mark: Mark, last: Piece) -> None:
        if not self.waits(last):
            for earlier in dict.fromkeys(at for _, at in self._replaced):
                before = self.marks[earlier]
                self.problem(
                    self._text[before.start : before.end],
                    f"“{self._text[mark.start : mark.end][:40]}” counts, for it comes later",
                )
        self._by_whom.update(dict.fromkeys(mark.fields, len(self.marks)))
        self.marks.append(mark)

    def _contradictions(self, words: tuple[Word, ...]) -> None:
        """What is asked for and left out at once."""
        for field in ("hubs", "types", "authorities"):
            both = set(self._found.get(field, ())) & set(self._found.get("not_" + field, ()))
            for value in sorted(both):
                self.problem(self.names.of(value), "both asked for and left out")
        wanted = {word.text for word in words if not word.excluded and not word.others}
        for word in words:
            if word.excluded and word.text in wanted:
                self.problem(f"-{word.said}", "both looked for and left out")
        for field in self._found.get("let_go", ()):
            if field in self._found:
                self.problem(f"{filters.ANY_OF[field]}:any", "the line gives a value as well: it counts")

    def _word(self, piece: Piece) -> None:
        groups = [found for value in piece.values if (found := self._tokens(piece, value))]
        if piece.excluded:
            # Apart they would leave out far more than is said: `-west-sussex` all that is west.
            self._words += [replace(_side_by_side(words), excluded=True) for words in groups]
        elif len(groups) == 1:
            self._words += groups[0]
        elif groups:
            first, *others = [_side_by_side(words) for words in groups]
            self._words.append(Word(first.text, first.unfinished, first.literal, False, tuple(others)))

    def _tokens(self, piece: Piece, value: Value) -> list[Word]:
        """The words of one value: of a quoted one a phrase, once its quote is closed."""
        parts = tokenise(value.text)
        last = piece.unfinished and value is piece.values[-1]
        if value.quoted and parts and (piece.excluded or not last):
            return [Word(" ".join(parts), False, True, piece.excluded)]
        last &= not value.text[-1:].isspace()  # it may end within an open quote
        return [
            Word(part, last and number == len(parts), value.quoted, piece.excluded)
            for number, part in enumerate(parts, start=1)
        ]

    def _open_quote(self) -> None:
        """A phrase still being typed is its words so far; where nobody types, it is said."""
        last = self._pieces[-1] if self._pieces else None
        if self._typing or last is None or not last.unfinished or last.name or not last.values[-1:]:
            return
        if last.values[-1].quoted:
            instead = "" if last.excluded else ": its words are looked for each by itself"
            self.problem(last.raw.strip(), f"the quote is not closed{instead}")

    def _kept_words(self) -> tuple[Word, ...]:
        seen: dict[tuple[object, ...], Word] = {}
        for word in self._words:
            if word.literal or word.excluded or word.others or word.text not in _SILENT:
                seen[(word.text, word.excluded, word.others)] = word
        kept: list[Word] = []
        room = MOST_WORDS
        for word in seen.values():
            room -= len(word.each)
            if room < 0:
                self.problem(word.said, f"only the first {MOST_WORDS} words are looked for")
                break
            kept.append(word)
        return tuple(kept)


def _side_by_side(words: list[Word]) -> Word:
    """The words of one value as one: `self-harm|autism`, `-self-harm`."""
    if len(words) == 1:
        return words[0]
    return Word(" ".join(word.text for word in words), literal=True)
