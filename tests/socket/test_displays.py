"""A wall that was opened by a display link, for weeks: without a session, and until the link is revoked."""

from datetime import datetime, timedelta
from pathlib import Path

from tests.pages import OpenPage
from tests.servers import Site

DAY = 24 * 3600
# Of a link and of what it shows, which strangers may not see.
MADE = """
from boards.models import Board, DisplayLink
board = Board.objects.get(slug="this-week")
board.view_by = "owner"
board.save()
print(DisplayLink.objects.create(board=board, name="Hall").secret)
"""
SEEN = "from boards.models import DisplayLink; print(DisplayLink.objects.get().last_seen.isoformat())"
REVOKED = "from boards.models import DisplayLink; DisplayLink.objects.get().delete()"
FORBIDDEN = 4403


def push(site: Site, page: OpenPage, value: int) -> None:
    """The wall shows what is sent now."""
    assert site.send({"series": "week", "tags": {"day": "Mon"}, "value": value}).status == 200
    page.wait(lambda: f"{value:,}" in "".join(page.fragments.values()), f"{value:,} on the wall")


def test_a_wall_goes_on_for_sixty_days_and_goes_dark_when_its_link_is_revoked(stopped_site: Site, clock: Path) -> None:
    site = stopped_site
    path = f"/display/{site.shell(MADE).strip()}"
    page = OpenPage(site, path)
    assert not page.session.cookie("sessionid"), "it needs no session"
    page.live()
    for number, days in enumerate((0, 13, 15, 40, 60), 1):
        clock.write_text(f"+{days * DAY}")
        push(site, page, 1000 + number)
    seen = datetime.fromisoformat(site.shell(SEEN).strip())
    # A screen that restarts opens the same link, and is seen.
    again = OpenPage(site, path).live()
    assert datetime.fromisoformat(site.shell(SEEN).strip()) - seen > timedelta(days=50)
    site.shell(REVOKED)
    assert page.closed() == FORBIDDEN
    assert again.closed() == FORBIDDEN
    assert site.browse().get(path).status == 404
