from collections.abc import Callable

import pytest

from boards import kinds
from boards.models import Board, Panel
from tests.unit.boards.conftest import HOSTILE

TEXT = """# Runbook

See [the wiki](https://wiki.example.com/x) or [here](/boards/mine/), <script>alert(1)</script>

- **one**
"""
LEVELS = {"unit": "%", "warn_at": 15.0, "bad_at": 95.0}


@pytest.fixture
def every_kind(board: Board, make_panel: Callable[..., Panel], points: Callable[..., None]) -> Board:
    """A board with a panel of every kind, one without a series, and one whose title is hostile."""
    points("cpu", [10.0, 20.0, None, 40.0] * 5)
    for position, kind in enumerate(kinds.every()):
        names = ["cpu"] if kind.has_series else []
        options = {"text": TEXT} if kind.name == "text" else LEVELS if kind.name in ("stat", "line") else {}
        make_panel(*names, title=f"The {kind.name}", kind=kind.name, position=position, **options)
    make_panel(title=HOSTILE, kind="line", position=99)
    return board
