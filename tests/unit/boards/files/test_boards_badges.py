"""Badges: what a panel says, on one line."""

import xml.etree.ElementTree as ET
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from boards.files.badges import Badge, badge_of, svg_of
from boards.models import Panel
from series.samples import Sample
from series.storage.write import write

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def sent(**values: Any) -> None:
    write(Sample(name, {}, timezone.now() - timedelta(seconds=1), value) for name, value in values.items())


def test_a_figure_with_its_unit_and_its_level(make_panel: Callable[..., Panel]) -> None:
    panel = make_panel("cpu", kind="stat", title="CPU", unit="%", warn_at=80.0, bad_at=90.0)
    assert badge_of(panel, "") == Badge("CPU", "no data", "off")
    for value, level in ((20, "ok"), (85, "warn"), (95, "bad")):
        sent(cpu=value)
        assert badge_of(panel, "") == Badge("CPU", f"{value}\u202f%", level)


def test_several_lines_have_their_names(make_panel: Callable[..., Panel]) -> None:
    names = ["a", "b", "c", "d"]
    panel = make_panel(*names, kind="line", title="All")
    sent(**dict.fromkeys(names, 1))
    assert badge_of(panel, "") == Badge("All", "A 1 · B 1 · C 1 · …", "ok")


def test_late_is_said(make_panel: Callable[..., Panel]) -> None:
    panel = make_panel("cpu", kind="stat", title="CPU", interval=10, warn_at=80.0)
    write([Sample("cpu", {}, timezone.now() - timedelta(hours=1), 99)])
    said = badge_of(panel, "")
    assert (said.text, said.level) == ("99 · late", "off")


def test_a_panel_without_series_has_no_data(make_panel: Callable[..., Panel]) -> None:
    assert badge_of(make_panel(kind="text", title="Words", text="Hello"), "").text == "no data"
    assert badge_of(make_panel(kind="nonsense", title="Words"), "").text == "no data"


def test_it_is_an_svg_with_its_words_whatever_they_are() -> None:
    for words in ("<script>", "a & b", "x" * 500, "", "ä€😀"):
        root = ET.fromstring(svg_of(Badge(words, words, "bad")))
        assert root.attrib["aria-label"] == f"{words}: {words}"
        assert float(root.attrib["width"]) < 1200


def test_it_is_asked_for_again_each_time(client: Client, make_panel: Callable[..., Panel]) -> None:
    panel = make_panel("cpu", kind="stat", title="CPU")
    sent(cpu=20)
    first = client.get(f"/badges/{panel.pk}.svg")
    assert first["Content-Type"] == "image/svg+xml"
    assert "no-cache" in first["Cache-Control"] and "private" in first["Cache-Control"]
    same = client.get(f"/badges/{panel.pk}.svg", headers={"If-None-Match": first["ETag"]})
    assert same.status_code == 304
    sent(cpu=21)
    again = client.get(f"/badges/{panel.pk}.svg", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 200
    assert "21" in again.content.decode()
