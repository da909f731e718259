"""Areas, and what is stacked."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError

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


@pytest.mark.parametrize("kind", ["line", "area"])
def test_what_flows_out_is_below_zero(make_panel: Make, points: Make, asked: Make, kind: str) -> None:
    points("in", [1.0, 2.0])
    points("out", [1.0, 2.0])
    calls = asked(kind)
    draw(make_panel("in", "out", kind=kind, mirrored=True))
    assert calls[0]["mirrored"] is True
    with pytest.raises(ValidationError, match="cannot be mirrored"):
        make_panel("in", kind=kind, mirrored=True, stacked=kind == "area", logarithmic=kind == "line").clean()
