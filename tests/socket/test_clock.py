"""A server whose clock is set back while a page is open: what comes is shown, and that a clock is wrong is said."""

from pathlib import Path

import pytest

from tests.pages import OpenPage
from tests.servers import Site


@pytest.mark.parametrize(("back", "says"), [("-300", "5 min in the future"), ("-7200", "2 h in the future")])
def test_what_comes_after_the_clock_was_set_back_is_shown(
    stopped_site: Site, clock: Path, back: str, says: str
) -> None:
    site = stopped_site
    made = (
        "from boards.bootstrap import make_panel; from boards.models import Board, Panel;"
        "from series.models import Series; series = Series.objects.create(name='speed');"
        "make_panel({'Speed': series}, board=Board.objects.get(slug='this-week'), title='Speed', kind='stat');"
        "print(Panel.objects.latest('pk').pk)"
    )
    id = f"boards-panel-{site.shell(made).strip()}"
    page = OpenPage(site, "/boards/this-week/").live()
    site.send({"series": "speed", "value": 4711})
    page.shows(id, "4,711")
    clock.write_text(back)
    for value in (11, 12, 13):
        assert site.send({"series": "speed", "value": value}).status == 200
        page.shows(id, f">{value}<")
    page.shows(id, says)
    equal = lambda: page.shown[id] == OpenPage(site, "/boards/this-week/").shown[id]  # noqa: E731
    page.wait(equal, "what a page shows that is loaded now")
    clock.write_text("+0")
    site.send({"series": "speed", "value": 14})
    page.shows(id, ">14<")
