"""What a new installation begins with: somebody to sign in as, a token to send with, and two boards that move."""

import secrets
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from boards.models import Board, Panel, PanelSeries, ViewBy
from series.freshness import NEVER_SECONDS
from series.models import Series
from series.samples import Sample, identity_of
from series.storage.write import write
from tokens.models import Token

WEEK = {"Mon": 6, "Tue": 3, "Wed": 10, "Thu": 2, "Fri": 10, "Sat": 1, "Sun": 10}
INTERVAL_SECONDS = 1.0
# Columns of 12.
QUARTER, THIRD, HALF, TWO_THIRDS, FULL = 3, 4, 6, 8, 12
PERCENT = {"unit": "%", "warn_at": 80.0, "bad_at": 95.0}
PERCENT_AXIS = {**PERCENT, "minimum": 0.0, "maximum": 100.0}
OPEN = {"view_by": ViewBy.PUBLIC}
BYTES = {"unit": "B/s", "minimum": 0.0}
# Title, kind, width, options, and the series that `manage.py collect` sends by their labels.
MACHINE: list[tuple[str, str, int, dict[str, Any], dict[str, str]]] = [
    ("CPU", "stat", QUARTER, PERCENT, {"CPU": "cpu"}),
    ("Memory", "gauge", QUARTER, PERCENT, {"Memory": "memory"}),
    ("Load", "stat", QUARTER, {}, {"Load": "load"}),
    ("Health", "status", QUARTER, PERCENT, {"CPU": "cpu", "Memory": "memory", "Disk": "disk"}),
    ("CPU and memory", "line", TWO_THIRDS, PERCENT_AXIS, {"CPU": "cpu", "Memory": "memory"}),
    ("Load average", "line", THIRD, {"minimum": 0.0}, {"Load": "load"}),
    ("Network", "area", HALF, {**BYTES, "mirrored": True}, {"In": "network.in", "Out": "network.out"}),
    ("Disk", "line", HALF, BYTES, {"Read": "disk.read", "Write": "disk.write"}),
]


class Secrets(NamedTuple):
    """What is shown once, after the first start."""

    user: str
    password: str
    token: str


@transaction.atomic
def prepare() -> Secrets | None:
    """On the first start, make what there is to begin with and return its secrets; later do nothing."""
    users = get_user_model()
    if users.objects.exists():
        return None
    password = secrets.token_urlsafe(12)
    admin = users.objects.create_superuser("admin", password=password)
    _token, token = Token.objects.issue("first token", "write:*", "read:*")
    make_machine(owner=admin)
    make_week(owner=admin)
    return Secrets("admin", password, token)


def make_machine(**columns: Any) -> None:
    """The machine's own numbers, which ``manage.py collect`` sends."""
    note = "What it does right now, measured once a second."
    board = Board.objects.create(**OPEN, title="This machine", slug="this-machine", note=note, **columns)
    for position, (title, kind, width, options, names) in enumerate(MACHINE):
        lines = {label: make_series(f"machine.{name}") for label, name in names.items()}
        make_panel(lines, board=board, title=title, options=options, kind=kind, width=width, position=position)


def make_series(name: str) -> Series:
    """A series of the machine."""
    defaults = {"expected_interval": INTERVAL_SECONDS}
    series: Series = Series.objects.get_or_create(name=name, tags={}, defaults=defaults)[0]
    return series


def make_week(**columns: Any) -> None:
    """Seven numbers that anybody can change."""
    note = "Change a number and watch every open browser."
    board = Board.objects.create(**OPEN, title="This week", slug="this-week", position=1, note=note, **columns)
    now = timezone.now()
    write(Sample("week", {"day": day}, now, value) for day, value in WEEK.items())
    Series.objects.filter(name="week").update(expected_interval=NEVER_SECONDS)
    lines = {day: Series.objects.get(identity=identity_of("week", {"day": day})) for day in WEEK}
    options = {"x_axis": "names", "minimum": 0.0}
    make_panel(lines, board=board, title="Week", width=FULL, editable=True, options=options)


def make_panel(lines: dict[str, Series], **columns: Any) -> None:
    """A panel that shows these series, by their labels."""
    panel = Panel.objects.create(**columns)
    for position, (label, series) in enumerate(lines.items()):
        PanelSeries.objects.create(panel=panel, series=series, label=label, position=position)
