"""What goes over the socket, and what does not."""

import pytest

from tests.pages import ELEMENT, OpenPage
from tests.servers import Site
from tests.waiting import PROMISED, until

WEEK = "/boards/this-week/"
CHART = "boards-panel-9"


def set_monday(site: Site, value: float) -> None:
    answer = site.send({"series": "week", "value": value, "tags": {"day": "Mon"}})
    assert (answer.status, answer.text) == (200, '{"accepted": 1}')


def renders(site: Site, fragment: str) -> float:
    return site.counters().get(f'live_renders_total{{fragment="{fragment}"}}', 0)


def test_a_point_is_pushed_to_every_page_as_the_same_bytes(unswept: Site) -> None:
    pages = [OpenPage(unswept, WEEK).live() for _ in range(3)]
    set_monday(unswept, 4321)
    frames = [page.until("4,321") for page in pages]
    assert len(set(frames)) == 1
    assert [id for id, _, _ in ELEMENT.findall(frames[0])] == [CHART]


def test_a_push_is_as_long_whatever_else_is_on_the_board(unswept: Site) -> None:
    frames = {}
    for size in (2, 100):
        unswept.shell(
            "from boards.models import Board, Panel, PanelSeries; from series.models import Series\n"
            f"board = Board.objects.create(title='Many', slug='of-{size}', view_by='public')\n"
            f"for number in range({size}):\n"
            f"    series = Series.objects.create(name=f'many.{size}.{{number}}')\n"
            "    panel = Panel.objects.create(board=board, title='Panel', kind='stat', position=number)\n"
            "    PanelSeries.objects.create(panel=panel, series=series, label='One')\n"
        )
        page = OpenPage(unswept, f"/boards/of-{size}/").live()
        assert unswept.send({"series": f"many.{size}.0", "value": 4321}).status == 200
        frames[size] = page.until("4,321")
    few, many = ([id for id, _, _ in ELEMENT.findall(frame)] for frame in frames.values())
    assert len(few) == len(many) == 1
    # The key of a panel is a digit longer.
    assert len(frames[100]) - len(frames[2]) < 10


def test_a_point_of_another_process_comes_without_redis(unswept: Site) -> None:
    page = OpenPage(unswept, WEEK).live()
    unswept.shell(
        "from series.samples import Sample; from series.storage.write import write; from django.utils import timezone;"
        "write([Sample('week', {'day': 'Tue'}, timezone.now(), 7777.0)])"
    )
    page.shows(CHART, "7,777")


def test_what_the_database_was_told_behind_our_back_comes_too(site: Site) -> None:
    page = OpenPage(site, WEEK).live()
    site.shell("from boards.models import Panel; Panel.objects.filter(title='Week').update(title='Behind')")
    page.shows(CHART, "Behind", seconds=PROMISED)


def test_of_a_batch_that_is_refused_nothing_is_pushed(site: Site) -> None:
    page = OpenPage(site, WEEK).live()
    answer = site.send({"series": "week", "value": 8642, "tags": {"day": "Mon"}}, {"series": "week", "value": None})
    assert answer.status == 400
    assert page.sync() == []
    assert "8,642" not in OpenPage(site, WEEK).html


def test_unchanged_html_is_not_sent(site: Site) -> None:
    page = OpenPage(site, WEEK).live()
    before = renders(site, "boards.panel")
    set_monday(site, 6)
    until(lambda: renders(site, "boards.panel") > before, "the panel is rendered again")
    assert page.sync() == []


def test_nobody_watching_nothing_is_rendered(site: Site) -> None:
    page = OpenPage(site, WEEK).live()
    set_monday(site, 41)
    page.shows(CHART, ">41<")
    page.close()
    until(lambda: site.counters()["live_viewers"] == 0, "nobody watches")
    # A render that was under way has ended when the count stays.
    counts = [0.0]
    until(lambda: counts.append(renders(site, "boards.panel")) or counts[-1] == counts[-2], "no render is under way")
    before = counts[-1]
    assert before > 0
    for value in range(20):
        set_monday(site, value)
    assert renders(site, "boards.panel") == before


def test_a_thousand_points_end_on_the_last_one(site: Site) -> None:
    page = OpenPage(site, WEEK).live()
    for start in range(0, 1000, 25):
        points = [
            {"series": "week", "value": start + n, "tags": {"day": "Mon"}, "time": 1e9 + start + n} for n in range(25)
        ]
        assert site.send(*points, {"series": "week", "value": start + 24, "tags": {"day": "Mon"}}).status == 200
    page.shows(CHART, ">999<")


def test_a_panel_added_in_the_admin_appears_and_lives(site: Site) -> None:
    page = OpenPage(site, WEEK).live()
    site.shell(
        "from boards.models import *; from series.models import Series;"
        "panel = Panel.objects.create(board=Board.objects.get(slug='this-week'), title='Fresh one', kind='stat');"
        "PanelSeries.objects.create(panel=panel, series=Series.objects.get(identity__contains='Mon'))"
    )
    board = page.until("Fresh one")
    ids = [id for id, _, _ in ELEMENT.findall(board)]
    assert ids[0] == "boards-board-2"
    assert sorted(ids[1:]) == ["boards-panel-10", CHART], "the board is sent once, with its panels inside"
    page.sync()
    set_monday(site, 31337)
    # Two panels, which may come in one frame or in two, in either order.
    page.shows(CHART, "31,337")
    page.shows("boards-panel-10", "31.3k")
    assert {id for frame in page.sync() for id, _, _ in ELEMENT.findall(frame)} == {CHART, "boards-panel-10"}


@pytest.mark.parametrize("path", ["/", "/boards/this-machine/", WEEK])
def test_a_page_that_is_up_to_date_is_sent_nothing(still: Site, path: str) -> None:
    page = OpenPage(still, path).live()
    assert [frame for frame in page.frames if ELEMENT.search(frame)] == []
    assert page.sync() == []
