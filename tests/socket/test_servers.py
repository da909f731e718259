"""What a page needs of whatever serves it: ``manage.py serve``, and other ASGI servers (``make test-servers``)."""

import re
import signal

from tests.pages import OpenPage
from tests.servers import Site
from tests.soak.test_slow_reader import deaf, make_table
from tests.waiting import DEADLINE, until

WEEK = "/boards/this-week/"
CHART = "boards-panel-9"
# With which servers end a page's socket when they stop: ours with 4000. A page comes back after each of them.
COMES_BACK = {4000, 1001, 1005, 1006, 1012}


def test_open_pages_do_not_hold_up_the_end_and_come_back(site: Site) -> None:
    pages = [OpenPage(site, WEEK).live() for _ in range(3)]
    # Uvicorn ends, in order, with the signal that it was sent.
    assert site.stop_only() in (0, -signal.SIGTERM)
    assert {page.closed() for page in pages} <= COMES_BACK
    said = site.log.read_text()
    assert not re.search("Traceback|[Ll]ifespan|was destroyed but it is pending", said), said
    site.start()
    assert site.send({"series": "week", "value": 4321, "tags": {"day": "Mon"}}).status == 200
    for page in pages:
        page.live()
        page.shows(CHART, "4,321")


def test_who_does_not_read_is_closed_and_costs_the_others_nothing(stopped_site: Site) -> None:
    """It is ``send`` of the server that suspends, or its ``live.writer`` that says so."""
    stopped_site.env |= {"DJANGO_SETTINGS_MODULE": "tests.impatient", "INGEST_RATE": "10000"}
    site = stopped_site.start()
    make_table(site, 600)
    page = OpenPage(site, WEEK).live()
    reader = site.opened.enter_context(deaf(site, page))
    values, session = iter(range(1000, 10_000)), site.browse().sign_in()

    def is_closed() -> bool:
        value = next(values)
        assert site.send({"series": "week", "value": value, "tags": {"day": "Mon"}}).status == 200
        page.shows(CHART, f"{value:,}")
        return 'live_closes_total{code="4008"} 1.0' in session.get("/live/metrics").text

    # Some dozens of versions of a large panel have to be made until then.
    until(is_closed, "the one that does not read is closed", 3 * DEADLINE)
    until(lambda: "live_viewers 1.0" in session.get("/live/metrics").text, "it is forgotten")
    reader.close()
