"""Whom the socket refuses: with which code, and with words."""

import json

import pytest
from django.core import signing
from websockets.exceptions import ConnectionClosed

from tests.pages import OpenPage
from tests.servers import Redis, Site
from tests.waiting import PROMISED, until

WEEK = "/boards/this-week/"


def refused(page: OpenPage, report: str | None = None) -> int:
    if report is not None:
        page.socket.send(report)
    code = page.closed()
    assert page.frames and "live-message" in page.frames[-1], f"the person is told why; it ends with {code}"
    return code


def test_another_origin(still: Site) -> None:
    page = OpenPage(still, WEEK).connect(origin="https://elsewhere.example")
    assert refused(page) == 4421
    assert "takes no live connection from the address of this page" in page.frames[-1]
    until(lambda: "its Origin is 'https://elsewhere.example'" in still.log.read_text(), "a warning with its name")


def test_a_forged_token(still: Site) -> None:
    page = OpenPage(still, WEEK).connect()
    forged = signing.dumps(
        {"user": None, "roots": [["boards.board", {"pk": 1}]]}, key="another secret", salt="live.page"
    )
    assert refused(page, page.report(page=forged)) == 4205


def test_a_token_that_was_tampered_with(still: Site) -> None:
    page = OpenPage(still, WEEK).connect()
    assert refused(page, page.report(page=page.token[:-1] + ("A" if page.token[-1] != "A" else "B"))) == 4205


def test_another_users_token(site: Site) -> None:
    site.shell("from django.contrib.auth.models import User; User.objects.create_user('eve', password='eve')")
    admins = OpenPage(site, WEEK, site.browse().sign_in())
    eves = OpenPage(site, WEEK, site.browse().sign_in("eve", "eve")).connect()
    assert refused(eves, eves.report(page=admins.token)) == 4403


def test_a_users_token_without_the_user(site: Site) -> None:
    page = OpenPage(site, WEEK, site.browse().sign_in()).connect(cookie="")
    assert refused(page, page.report()) == 4401


@pytest.mark.parametrize("seal", ["", "AAAAAAAAAAAA"])
def test_a_fragment_that_was_not_signed_into_the_page(still: Site, seal: str) -> None:
    page = OpenPage(still, WEEK).connect()
    assert refused(page, page.report(shown=[f"boards-panel-1 x {seal}"])) == 4403


def test_a_fragment_of_another_page_is_not_sent(still: Site) -> None:
    machine = OpenPage(still, "/boards/this-machine/")
    page = OpenPage(still, WEEK)
    _version, seal = machine.shown["boards-panel-1"]
    page.shown["boards-panel-1"] = ("old", seal)
    page.live()
    assert page.sync() == []


@pytest.mark.parametrize(
    "report", ["", "{", "[]", "null", '{"page": 1}', json.dumps({"page": "x", "shown": [1]}), "[" * 5000]
)
def test_a_report_that_no_page_makes(still: Site, report: str) -> None:
    assert refused(OpenPage(still, WEEK).connect(), report) == 4403


def test_logging_out_closes_the_page(site: Site) -> None:
    session = site.browse().sign_in()
    page = OpenPage(site, WEEK, session).live()
    session.get("/")
    session.post("/accounts/logout/", {})
    assert page.closed(PROMISED) == 4401
    assert "who are signed in" in page.frames[-1]


def test_a_disabled_account_closes_the_page(site: Site) -> None:
    page = OpenPage(site, WEEK, site.browse().sign_in()).live()
    site.shell("from django.contrib.auth.models import User; User.objects.update(is_active=False)")
    assert page.closed(PROMISED) == 4401


def test_a_board_that_is_no_longer_public_closes_the_page(site: Site) -> None:
    page = OpenPage(site, WEEK).live()
    site.shell("from boards.models import Board; Board.objects.update(view_by='signed_in')")
    assert page.closed(PROMISED) == 4401


def test_a_board_that_is_not_public_is_for_who_is_signed_in(site: Site) -> None:
    site.shell("from boards.models import Board; Board.objects.update(view_by='signed_in')")
    assert site.http("GET", WEEK).status == 404
    OpenPage(site, WEEK, site.browse().sign_in()).live()


def test_an_unknown_socket_is_refused_in_the_handshake(still: Site) -> None:
    answer = still.http("GET", "/live/other", None, {"Upgrade": "websocket", "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA=="})  # fmt: skip
    assert answer.status == 403


def hidden(site: Site) -> None:
    """Move the first panel of the week to a board that is not public."""
    site.shell(
        "from boards.models import Board, Panel; panel = Panel.objects.get(title='Week');"
        "panel.board = Board.objects.create(title='Secret', slug='secret'); panel.save()"
    )


def panel_of_the_week(site: Site) -> int:
    return int(site.shell("from boards.models import Panel; print(Panel.objects.get(title='Week').pk)"))


def test_a_panel_that_moves_to_a_private_board_closes_its_own_page(site: Site) -> None:
    address = f"/panels/{panel_of_the_week(site)}"
    page, kept = OpenPage(site, address).live(), OpenPage(site, address)
    hidden(site)
    assert page.closed(PROMISED) == 4401
    assert refused(kept.connect(), kept.report()) == 4401, "nor does a page that was kept get new values"


def in_step(page: OpenPage, board: str) -> None:
    """The page shows the board without its panel. It may have to come again before: a round of questions that began
    while the panel was on it refuses the panel, also a moment after the board was rendered anew.
    """
    for _ in range(5):
        try:
            page.shows(board, "This board has no panels yet", PROMISED)
            page.sync()
            return
        except ConnectionClosed:
            assert page.socket.close_code == 4000
            page.live()
    raise AssertionError("expected: a page that is asked to come again is refused no more than once for each round")


def test_a_panel_that_moves_to_a_private_board_leaves_the_page_of_its_old_one(site: Site) -> None:
    pk = panel_of_the_week(site)
    page = OpenPage(site, WEEK).live()
    board = next(id for id in page.shown if id.startswith("boards-board-"))
    assert f"boards-panel-{pk}" in page.shown
    hidden(site)
    in_step(page, board)
    before = len(page.frames)
    assert site.send({"series": "week", "tags": {"day": "Mon"}, "value": 4711}).status == 200
    in_step(page, board)
    leaked = [frame for frame in page.frames[before:] if f'id="boards-panel-{pk}"' in frame]
    assert not leaked, "its new values go nowhere"


def test_a_page_with_a_panel_that_is_private_now_goes_on_without_it(stopped_site: Site, redis: Redis) -> None:
    """Nothing announces it, and nothing sweeps: the board is rendered anew because of the refusal, in the process in
    which that is."""
    stopped_site.workers = 0
    stopped_site.env |= {"REDIS_URL": redis.url, "DJANGO_SETTINGS_MODULE": "tests.unswept"}
    site = stopped_site.start()
    signed_in, page = OpenPage(site, WEEK, site.browse().sign_in()).live(), OpenPage(site, WEEK).live()
    site.shell(
        "from boards.models import Board, Panel; secret = Board.objects.create(title='Secret', slug='secret');"
        "Panel.objects.filter(title='Week').update(board=secret)"
    )
    signed_in.until("This board has no panels yet", PROMISED)
    page.until("This board has no panels yet", PROMISED)
    assert not any("live-message" in frame for frame in page.frames), "there is nothing to do about it"
