"""One clock wherever a time is written: that of 24 hours."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.template import Context, Template
from django.utils import formats, timezone

from live.charts.text.moments import moment

ROOT = Path(__file__).resolve().parents[3]
AFTERNOON = datetime(2026, 11, 27, 20, 14, 5, tzinfo=UTC)
# What writes the clock of 12 hours: in Python, in Django's templates, in a browser.
OF_12_HOURS = re.compile(
    r"%I|%p\b|\bg:i|\bh:i|date_format\([^)]*\bP\b|(date|time):\"[^\"]*\b[PgaA]\b|hour12: true|\"h1[12]\""
)


@pytest.mark.parametrize("name", ["TIME_FORMAT", "DATETIME_FORMAT", "SHORT_DATETIME_FORMAT"])
def test_django_writes_it(name: str) -> None:
    assert "20:14" in formats.date_format(timezone.localtime(AFTERNOON, UTC), name)
    assert "20:14" in Template(f'{{% load tz %}}{{{{ at|utc|date:"{name}" }}}}').render(Context({"at": AFTERNOON}))


@pytest.mark.parametrize("locale", ["en", "en-us", "de", "hi"])
def test_charts_write_it(locale: str) -> None:
    assert moment(AFTERNOON.timestamp(), UTC, "s", locale) == "20:14:05"


def test_nothing_asks_for_another() -> None:
    files = [
        path
        for folder in ("live", "site", "templates", "static")
        for ending in ("py", "html", "js")
        for path in (ROOT / folder).rglob(f"*.{ending}")
    ]
    assert len(files) > 100
    asking = [
        f"{path.relative_to(ROOT)}: {match[0]}" for path in files for match in OF_12_HOURS.finditer(path.read_text())
    ]
    assert asking == []
