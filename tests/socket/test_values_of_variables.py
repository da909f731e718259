"""Points of one host are pushed to the pages that show it, and to no other."""

from tests.pages import ELEMENT, OpenPage
from tests.servers import Redis, Site

# A panel that shows what is chosen, and one that repeats.
HOSTS = """
from django.utils import timezone
from boards.models import Board, Panel, PanelSeries
from series.samples import Sample
from series.storage.write import write
write(Sample("cpu", {"host": host}, timezone.now(), 1.0) for host in ("web-1", "web-2"))
board = Board.objects.create(title="Hosts", slug="hosts", view_by="public", variables=[{"name": "host"}])
for title, repeat in (("Chosen", ""), ("Each", "host")):
    panel = Panel.objects.create(board=board, title=title, kind="stat", repeat=repeat)
    PanelSeries.objects.create(panel=panel, query={"selector": "cpu{host=$host}"})
"""
BOARD = "/boards/hosts/"


def send(site: Site, host: str, value: float) -> None:
    assert site.send({"series": "cpu", "tags": {"host": host}, "value": value}).status == 200


def kinds_of(frames: list[str]) -> set[str]:
    """Which fragments are in them, without their keys."""
    return {id.split("-")[1] for frame in frames for id, _, _ in ELEMENT.findall(frame)}


def test_a_point_of_one_host_is_not_pushed_to_a_page_that_shows_another(unswept: Site) -> None:
    unswept.shell(HOSTS)
    one, other, every = (OpenPage(unswept, f"{BOARD}{query}").live() for query in ("?host=web-1", "?host=web-2", ""))
    for page in (one, other, every):
        page.sync()
    send(unswept, "web-2", 4321)
    other.until("4,321")
    every.until("4,321")
    assert one.sync() == []
    assert "4,321" not in one.html + "".join(one.frames)
    # Of all hosts one tile has changed, and not those of the others.
    tiles = {id for frame in every.sync() for id, _, _ in ELEMENT.findall(frame) if "repeated_panel" in id}
    assert len(tiles) == 1


def test_a_tile_is_rendered_when_its_host_sends_and_not_when_others_do(stopped_site: Site, redis: Redis) -> None:
    site = stopped_site
    # Without Redis every commit to the file may have been another process's, and everything is rendered anew.
    site.env |= {"DJANGO_SETTINGS_MODULE": "tests.unswept", "REDIS_URL": redis.url}
    site.start().shell(HOSTS)
    page = OpenPage(site, BOARD).live()
    page.sync()
    name = 'live_renders_total{fragment="boards.repeated_panel"}'
    before = site.counters()[name]
    for value in (5001, 5002, 5003):
        send(site, "web-2", value)
        page.until(f"{value:,}")
    page.sync()
    assert site.counters()[name] - before <= 3


def test_a_new_host_is_a_tile_more_and_a_value_more_to_choose(unswept: Site) -> None:
    unswept.shell(HOSTS)
    every, one = (OpenPage(unswept, f"{BOARD}{query}").live() for query in ("", "?host=web-1"))
    for page in (every, one):
        page.sync()
    send(unswept, "web-3", 4321)
    every.until("web-3 · Each")
    every.until("?host=web-3")
    one.until("?host=web-3")
    assert kinds_of(one.sync()) == {"picker"}
