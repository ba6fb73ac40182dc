"""What a command answers: a document for scripts and the same as text for people."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """`document` is what `--json` prints, `text` what people read, `exit_code` by the contract.

    `refused` marks what went wrong: as text it is narration, as JSON it is the answer.
    """

    document: object
    text: str = ""
    exit_code: int = 0
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Stream:
    """Answers one after the other, each printed as it comes; with JSON one document a line."""

    answers: Iterator[Answer]

    def gathered(self) -> Answer:
        """All of them as one answer."""
        answers = list(self.answers)
        return Answer(
            [answer.document for answer in answers],
            "\n".join(answer.text for answer in answers if answer.text),
            max((answer.exit_code for answer in answers), default=0),
        )


def encode(document: object, *, one_line: bool = False) -> str:
    """JSON in ASCII: text from elsewhere cannot steer a terminal, and any locale can carry it."""
    return json.dumps(document, indent=None if one_line else 2)
