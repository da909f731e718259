"""The data of a chart as a table for people, and as CSV for programs."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime, tzinfo
from math import isfinite

from django.utils.safestring import SafeString

from .chart import Cell, Data
from .formats import exact, moment
from .frame import NO_DATA, safe, text
from .numbers import NONE

# What a spreadsheet takes for the beginning of a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def table_html(data: Data, *, locale: str = "en", zone: tzinfo | None = None, caption: str = "") -> SafeString:
    """Return `data` as a `<table>`: numbers exact and with their unit in the caption, times in the clock of `zone`.

    Times stay in their own zone where `zone` is None. Without rows there is a sentence instead.
    """
    if not data.rows:
        return safe(f'<p class="chart-none">{NO_DATA}</p>')
    kind = _kind([row[0] for row in data.rows])
    said = f"<caption>{text(caption)}</caption>" if caption else ""
    heads = "".join([f'<th scope="col">{text(head)}</th>' for head in data.head])
    rows = []
    for first, *rest in data.rows:
        cells = "".join([f"<td>{_words(cell, data.unit, locale, zone, kind)}</td>" for cell in rest])
        rows.append(f'<tr><th scope="row">{_words(first, "", locale, zone, kind)}</th>{cells}</tr>')
    return safe(
        f'<table class="chart-data">{said}<thead><tr>{heads}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
    )


def csv_text(data: Data) -> str:
    """Return `data` as CSV (RFC 4180): times in ISO 8601 with their offset, plain numbers, empty cells for gaps.

    Words that a spreadsheet would run as a formula begin with an apostrophe.
    """
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow([_plain(head) for head in data.head])
    writer.writerows([[_plain(cell) for cell in row] for row in data.rows])
    return file.getvalue()


def _kind(cells: Sequence[Cell]) -> str:
    """Return how the times of a column read: with no more of the clock than they differ in."""
    times = [cell for cell in cells if isinstance(cell, datetime)]
    if not any((each.hour, each.minute, each.second, each.microsecond) != (0, 0, 0, 0) for each in times):
        return "day"
    if any(each.microsecond for each in times):
        return "day ms"
    return "day s" if any(each.second for each in times) else "day m"


def _words(cell: Cell, unit: str, locale: str, zone: tzinfo | None, kind: str) -> str:
    if isinstance(cell, datetime):
        at = moment(cell.timestamp(), zone or cell.tzinfo, kind, locale)
        return f'<time datetime="{cell.isoformat()}">{text(at)}</time>'
    if cell is None or isinstance(cell, str):
        return text(NONE if cell is None else cell)
    return text(exact(cell, unit, locale))


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(FORMULA) else cell
    if isinstance(cell, datetime):
        return cell.isoformat()
    # Decimals and whole numbers as they are; what is no number at all is a gap.
    return str(cell) if isfinite(cell) else ""
