"""The data of a chart as a table for people, and as CSV for programs."""

import csv
import io
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, tzinfo
from math import isfinite
from unicodedata import category, normalize

from django.utils.safestring import SafeString

from ..text.formats import exact
from ..text.moments import moment, zone_name
from ..text.numbers import NO_VALUE
from .chart import Cell, Data
from .html import NO_DATA, safe, text

# What a spreadsheet takes for the beginning of a formula, also in a form of full width, small or raised.
FORMULA_STARTS = frozenset("=+-@")
# Behind what a spreadsheet may take for the end of a cell: not every one knows that the comma is it.
_CELL_STARTS = re.compile(r"(?<=[;\t\r\n])(?![;\t\r\n])")


def table_html(data: Data, *, locale: str = "en", zone: tzinfo | None = None, caption: str = "") -> SafeString:
    """Return `data` as a `<table>`: numbers as exact as in the tooltip, times in the clock of `zone`.

    Times stay in their own zone where `zone` is None. `caption` stands above, and is the place for the unit. Without
    rows there are the words "No data" instead.
    """
    if not data.rows:
        return safe(f'<p class="chart-none">{NO_DATA}</p>')
    clock = Clock([cell for row in data.rows for cell in row if isinstance(cell, datetime)], zone, locale)
    head = f"<caption>{text(caption)}</caption>" if caption else ""
    heads = "".join([_head(head, data.rows[0][index], clock) for index, head in enumerate(data.head)])
    rows = []
    for first, *rest in data.rows:
        cells = "".join([f"<td>{_words(cell, data.unit, locale, clock)}</td>" for cell in rest])
        rows.append(f'<tr><th scope="row">{_words(first, "", locale, clock)}</th>{cells}</tr>')
    return safe(
        f'<table class="chart-data">{head}<thead><tr>{heads}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
    )


def csv_text(data: Data) -> str:
    """Return `data` as CSV (RFC 4180): times in ISO 8601 with their offset, plain numbers, empty cells for gaps.

    Words that a spreadsheet would run as a formula begin with an apostrophe: see `csv_words`. There is no byte order
    mark; a file that people open in a spreadsheet wants one ("utf-8-sig").
    """
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow([_plain(head) for head in data.head])
    writer.writerows([[_plain(cell) for cell in row] for row in data.rows])
    return file.getvalue()


def csv_words(words: str) -> str:
    """Return words for a cell of a CSV file: with an apostrophe before what a spreadsheet could run as a formula.

    Spreadsheets skip blanks and invisible characters at the beginning, and some take signs of full width for signs. In
    much of Europe they begin a cell behind a semicolon, whatever quotes are around it: "a;=1" is two cells there.
    """
    return "".join([_harmless(part) for part in _CELL_STARTS.split(words)])


def _harmless(words: str) -> str:
    if words[:1].isalnum():
        return words
    first = next((sign for sign in normalize("NFKC", words) if category(sign)[0] not in "CZ"), "")
    is_formula = first in FORMULA_STARTS or category(words[:1] or " ") == "Cc"
    return f"'{words}" if is_formula else words


class Clock:
    """How the times of a table read: all alike, and with no more of the clock than they differ in.

    `zone` is the name of the zone of them all; it is "" where they have several, as in a night when clocks change, and
    then each says its own.
    """

    def __init__(self, times: Sequence[datetime], zone: tzinfo | None, locale: str) -> None:
        self._zone, self._locale = zone, locale
        self._days: dict[date, str] = {}
        local = [time.astimezone(zone) for time in times] if zone else times
        if not any((time.hour, time.minute, time.second, time.microsecond) != (0, 0, 0, 0) for time in local):
            self._kind = ""
        elif any(time.microsecond for time in local):
            self._kind = "ms"
        else:
            self._kind = "s" if any(time.second for time in local) else "m"
        self.zone = _zone_of(local[0]) if len({time.utcoffset() for time in local}) == 1 else ""

    def html(self, time: datetime) -> str:
        """Return a time in words, with the exact one for programs."""
        local = time.astimezone(self._zone) if self._zone else time
        at, zone = local.timestamp(), local.tzinfo or UTC
        # A name of a day costs as much as ten numbers, and many rows are of one day.
        day = self._days.get(local.date())
        if day is None:
            day = self._days[local.date()] = moment(at, zone, "day", self._locale)
        clock = moment(at, zone, self._kind, self._locale, with_zone=False) if self._kind else ""
        words = " ".join(filter(None, [day, clock, "" if self.zone else _zone_of(local)]))
        return f'<time datetime="{time.isoformat()}">{text(words)}</time>'


def _zone_of(time: datetime) -> str:
    return zone_name(time.timestamp(), time.tzinfo or UTC)


def _head(head: str, below: Cell, clock: Clock) -> str:
    if isinstance(below, datetime) and clock.zone:
        head = f"{head} ({clock.zone})"
    return f'<th scope="col">{text(head)}</th>' if head else "<td></td>"


def _words(cell: Cell, unit: str, locale: str, clock: Clock) -> str:
    if isinstance(cell, datetime):
        return clock.html(cell)
    if cell is None or isinstance(cell, str):
        return text(NO_VALUE if cell is None else cell)
    return text(exact(cell, unit, locale))


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return csv_words(cell)
    if isinstance(cell, datetime):
        return cell.isoformat()
    # Decimals and whole numbers as they are; what is no number at all is a gap.
    return str(cell) if isfinite(cell) else ""
