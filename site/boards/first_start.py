"""What a new installation begins with: somebody to sign in as, a token to send with, and two boards that move."""

import secrets
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from boards.models import Board, Panel, PanelSeries
from series.models import Series
from series.samples import Sample, identity_of
from series.storage.write import write
from tokens.models import Token

WEEK = {"Mon": 6, "Tue": 3, "Wed": 10, "Thu": 2, "Fri": 10, "Sat": 1, "Sun": 10}
EVERY_SECOND = {"expected_every": 1.0}
Kind, Over, Width = Panel.Kind, Panel.Over, Panel.Width

# Title, series with labels, and the panel's own fields.
MACHINE: list[tuple[str, dict[str, str], dict[str, object]]] = [
    ("CPU", {"machine.cpu": "CPU"}, dict(kind=Kind.STAT, width=Width.QUARTER, unit="%", warn_at=80.0, bad_at=95.0)),
    (
        "Memory",
        {"machine.memory": "Memory"},
        dict(kind=Kind.GAUGE, width=Width.QUARTER, unit="%", warn_at=80.0, bad_at=95.0),
    ),
    ("Load", {"machine.load": "Load"}, dict(kind=Kind.STAT, width=Width.QUARTER)),
    (
        "Health",
        {"machine.cpu": "CPU", "machine.memory": "Memory", "machine.disk": "Disk"},
        dict(kind=Kind.STATUS, width=Width.QUARTER, unit="%", warn_at=80.0, bad_at=95.0),
    ),
    (
        "CPU and memory",
        {"machine.cpu": "CPU", "machine.memory": "Memory"},
        dict(kind=Kind.LINE, width=Width.TWO_THIRDS, unit="%", minimum=0.0, maximum=100.0, warn_at=80.0, bad_at=95.0),
    ),
    ("Load average", {"machine.load": "Load"}, dict(kind=Kind.LINE, width=Width.THIRD, minimum=0.0)),
    (
        "Network",
        {"machine.network.in": "In", "machine.network.out": "Out"},
        dict(kind=Kind.AREA, width=Width.HALF, unit="B/s", minimum=0.0),
    ),
    (
        "Disk",
        {"machine.disk.read": "Read", "machine.disk.write": "Write"},
        dict(kind=Kind.LINE, width=Width.HALF, unit="B/s", minimum=0.0),
    ),
]


@dataclass(frozen=True)
class Secrets:
    """What is shown once."""

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
    users.objects.create_superuser("admin", password=password)
    _token, token = Token.objects.issue("first token", "write:*")
    make_machine()
    make_week()
    return Secrets("admin", password, token)


def make_machine() -> Board:
    """The machine's own numbers, which ``manage.py collect`` sends."""
    board = Board.objects.create(
        title="This machine", slug="this-machine", public=True, note="What it does right now, measured once a second."
    )
    for position, (title, lines, fields) in enumerate(MACHINE):
        panel = Panel.objects.create(board=board, title=title, position=position, **EVERY_SECOND, **fields)
        for place, (name, label) in enumerate(lines.items()):
            series, _created = Series.objects.get_or_create(name=name, tags={})
            PanelSeries.objects.create(panel=panel, series=series, label=label, position=place)
    return board


def make_week() -> Board:
    """Seven numbers that anybody can change."""
    board = Board.objects.create(
        title="This week",
        slug="this-week",
        public=True,
        position=1,
        note="Change a number and watch every open browser.",
    )
    panel = Panel.objects.create(
        board=board, title="Week", kind=Kind.LINE, over=Over.LATEST, width=Width.FULL, minimum=0.0, editable=True
    )
    now = timezone.now()
    write(Sample("week", {"day": day}, now, value) for day, value in WEEK.items())
    for place, day in enumerate(WEEK):
        series = Series.objects.get(identity=identity_of("week", {"day": day}))
        PanelSeries.objects.create(panel=panel, series=series, label=day, position=place)
    return board
