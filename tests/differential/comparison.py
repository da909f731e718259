"""What the comparisons have in common: marks, by which what is stored is known again, and differences with reasons."""

import random
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from tests.differential.peers import Answer

MARK = re.compile(r"q\d{5}[0-9a-f]{4}")


class Maker:
    """Makes cases, the same ones each time."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.count = 0

    def mark(self) -> str:
        """What is in the names of one case, and in no others."""
        self.count += 1
        return f"q{self.count:05d}{self.random.randrange(16**4):04x}"


class Difference(NamedTuple):
    """Why something may be taken differently, and whether it is one of those: from what was sent, their answer and
    ours."""

    reason: str
    applies: Callable[[Any, Answer, Answer], object]


LIMITS = [
    Difference(
        "Names, tags and labels have no control characters and no line breaks, which nothing could show.",
        lambda sent, theirs, ours: "must not contain control characters" in ours.text,
    ),
    Difference(
        "Names, tags and labels have at most 200 characters, and 2,000 bytes together.",
        lambda sent, theirs, ours: re.search("must be [01] to 200 characters long|most 2000 bytes long", ours.text),
    ),
    Difference(
        "Values are up to 1e300 (of sums there would be no more than infinity).",
        lambda sent, theirs, ours: "value must be a finite number" in ours.text,
    ),
]


class Comparison:
    """What was taken differently: each of it for a reason, and each reason at least once."""

    def __init__(self, differences: list[Difference]) -> None:
        self._differences = [*LIMITS, *differences]
        self._shown: set[str] = set()
        self._unexplained: list[str] = []

    def reasons(self, sent: Any, theirs: Answer, ours: Answer) -> set[str]:
        return {difference.reason for difference in self._differences if difference.applies(sent, theirs, ours)}

    def differs(self, reasons: set[str], text: str) -> None:
        self._shown |= reasons
        if not reasons:
            self._unexplained.append(text)

    def check(self) -> None:
        assert not self._unexplained, f"{len(self._unexplained)}:\n" + "\n".join(self._unexplained[:20])
        assert {one.reason for one in self._differences} == self._shown, "each difference is shown by the corpus"
