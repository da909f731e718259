"""Where a line of InfluxDB's line protocol ends: not at every line break. Pure.

A text of a field may have line breaks in it, and one behind a backslash belongs to whatever that is in. Takes time in
proportion to the body, also where a text never ends.
"""

import re
from collections.abc import Iterator

# What decides it. A backslash by itself is the last character before a line break.
TOKEN = re.compile(r'\\.|[\\" =,]', re.DOTALL)


def lines_of(body: str) -> Iterator[tuple[int, str]]:
    """Each with its number; one that has others in it has that of the first."""
    lines = enumerate(body.split("\n"), 1)
    for number, line in lines:
        if '"' in line or line.endswith("\\"):
            parts, break_ = [line], _Break()
            while break_.is_inside(parts[-1]) and (following := next(lines, None)) is not None:
                parts.append(following[1])
            line = "\n".join(parts)
        yield number, line


class _Break:
    """Whether the line break that comes next belongs to the line."""

    def __init__(self) -> None:
        self._is_fields = self._is_text = False
        self._equals = self._commas = 0

    def is_inside(self, part: str) -> bool:
        """Behind one more part of the line."""
        for match in TOKEN.finditer(part):
            token = match[0]
            if token == "\\":
                return True
            if token == " ":
                self._is_fields = True
            elif token == '"' and self._is_fields and self._equals > self._commas:
                self._is_text = not self._is_text
            elif self._is_fields and not self._is_text:
                self._equals += token == "="
                self._commas += token == ","
        return self._is_text
