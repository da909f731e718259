"""Areas, and what is stacked."""

from collections.abc import Callable
from typing import Any

import pytest

from boards.panels import draw

pytestmark = [pytest.mark.django_db, pytest.mark.database]
Make = Callable[..., Any]


@pytest.mark.parametrize("kind", ["area", "bar"])
def test_layers_are_stacked(make_panel: Make, points: Make, asked: Make, kind: str) -> None:
    points("in", [1.0, 2.0])
    calls = asked(kind)
    draw(make_panel("in", kind=kind))
    draw(make_panel("in", kind=kind, stacked=True))
    assert [call["stacked"] for call in calls] == [False, True]
