"""A server whose clock is set back while a page is open: what comes is shown, and that a clock is wrong is said."""

from pathlib import Path

import pytest

from tests.pages import OpenPage
from tests.servers import Site

# Debian's, by architecture, and where others put it.
LIBRARIES = ("lib/*/faketime/libfaketime.so.1", "lib/faketime/libfaketime.so.1", "local/lib/faketime/libfaketime.so.1")


@pytest.fixture
def clock(stopped_site: Site) -> Path:
    """The file that says by how much the clock of the site's server is wrong; the site is running."""
    libraries = [str(path) for pattern in LIBRARIES for path in Path("/usr").glob(pattern)]
    assert libraries, "libfaketime is needed (Debian: apt-get install faketime)"
    file = stopped_site.folder / "clock"
    file.write_text("+0")
    env = {"LD_PRELOAD": libraries[0], "FAKETIME_TIMESTAMP_FILE": str(file), "FAKETIME_NO_CACHE": "1"}
    stopped_site.start(**env, FAKETIME_DONT_FAKE_MONOTONIC="1", DONT_FAKE_MONOTONIC="1")
    return file


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
