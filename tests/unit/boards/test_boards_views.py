"""Who gets which page, and what the form does."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from boards import fragments, recipients
from boards.bootstrap import prepare
from boards.fragments import MAX_NOTICES
from boards.models import Board, Panel
from live.notices import Notice, send
from live.rendering.render import render
from series.storage.query import latest

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def week(db: None) -> Panel:
    prepare()
    return Panel.objects.get(title="Week")


def address(panel: Panel) -> str:
    return f"/boards/{panel.board.slug}/panels/{panel.pk}/values"


def numbers(panel: Panel, *values: object) -> dict[str, Any]:
    lines = panel.lines.values_list("pk", flat=True)
    return {f"panel{panel.pk}-{pk}": value for pk, value in zip(lines, values, strict=True)}


def shown(panel: Panel) -> list[float]:
    ids = list(panel.lines.values_list("series", flat=True))
    found = latest(ids)
    return [found[id][1] for id in ids]


START = [6, 3, 10, 2, 10, 1, 10]


def test_a_page_is_never_kept_by_a_cache(week: Panel, client: Client) -> None:
    for path in ("/", "/boards/this-week/"):
        assert "no-store" in client.get(path).headers["Cache-Control"]


def test_a_form_writes_the_values_and_who_did_it(week: Panel, client: Client) -> None:
    answer = client.post(address(week), numbers(week, 1, 2.5, -3, 0, 5, 6, 7))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/boards/this-week/")
    assert shown(week) == [1, 2.5, -3, 0, 5, 6, 7]
    notice = Notice.objects.get()
    assert notice.text == "A visitor set Week: Mon 1, Tue 2.5, Wed \N{MINUS SIGN}3, Thu 0, Fri 5, Sat 6, Sun 7"
    assert (notice.recipients, notice.source) == (recipients.board(week.board), "form")


def test_a_large_number_is_written_as_charts_write_it(week: Panel, client: Client) -> None:
    client.post(address(week), numbers(week, 1e8, *START[1:]))
    assert Notice.objects.get().text.startswith("A visitor set Week: Mon 100,000,000, Tue 3,")


def test_what_was_not_touched_is_not_set_back(week: Panel, client: Client) -> None:
    old = {f"initial-{name}": value for name, value in numbers(week, *START).items()}
    client.post(address(week), {**old, **numbers(week, 60, *START[1:])})
    # Somebody whose form was rendered before that changes another value.
    client.post(address(week), {**old, **numbers(week, START[0], 30, *START[2:])})
    assert shown(week) == [60, 30, *START[2:]]
    assert [each.text for each in Notice.objects.all()] == [
        "A visitor set Week: Tue 30",
        "A visitor set Week: Mon 60",
    ]
    client.post(address(week), {**old, **numbers(week, *START)})
    assert Notice.objects.count() == 2, "nothing was changed, so nobody did anything"


def test_htmx_gets_a_fresh_form_and_what_it_changed(week: Panel, client: Client) -> None:
    answer = client.post(address(week), numbers(week, 1, 2, 3, 4, 5, 6, 7), headers={"HX-Request": "true"})
    html = answer.content.decode()
    assert answer.status_code == 200
    assert html.strip().startswith("<form")
    for id in (f"boards-panel-{week.pk}", f"boards-activity-{week.board_id}"):
        assert f'id="{id}" hx-swap-oob=true' in html


@pytest.mark.parametrize("bad", ["", "many", "nan", "inf", "1e400", "1e16"])
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_a_bad_number_is_said_and_changes_nothing(
    week: Panel, client: Client, bad: str, headers: dict[str, str]
) -> None:
    answer = client.post(address(week), numbers(week, 1, 2, bad, 4, 5, 6, 7), headers=headers)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert html.count("autofocus") == 1
    assert 'class="error"' in html
    assert ("<html" in html) == (not headers)
    assert shown(week) == START
    assert not Notice.objects.exists()


def test_random_draws_small_numbers_and_says_so(week: Panel, client: Client) -> None:
    client.post(address(week), {"random": "1"})
    assert all(0 <= value <= 12 and value == int(value) for value in shown(week))
    assert Notice.objects.get().text.startswith("A visitor drew a random Week: ")


def test_who_is_signed_in_is_named(week: Panel, admin_client: Client) -> None:
    admin_client.post(address(week), {"random": "1"})
    notice = Notice.objects.get()
    assert notice.text.startswith("admin drew a random Week: ")
    assert notice.by == User.objects.get()


def test_a_board_shows_the_last_notices_to_its_viewers(week: Panel, client: Client) -> None:
    for number in range(MAX_NOTICES + 2):
        send(recipients.board(week.board), "info", f"<b> {number}.")
    send(recipients.board(Board.objects.get(slug="this-machine")), "info", "sent elsewhere")
    send(recipients.board(week.board), "info", "still running", fraction=0.5)
    shown = client.get("/boards/this-week/").content.decode()
    assert [number for number in range(MAX_NOTICES + 2) if f"&lt;b&gt; {number}." in shown] == list(
        range(2, MAX_NOTICES + 2)
    )
    assert shown.index(f"; {MAX_NOTICES + 1}.") < shown.index(f"; {MAX_NOTICES}."), "the newest first"
    assert "elsewhere" not in shown
    assert "still running" not in shown
    Board.objects.update(show_activity=False)
    assert "&lt;b&gt;" not in client.get("/boards/this-week/").content.decode()


def test_a_board_that_is_not_public_is_for_those_who_are_signed_in(
    week: Panel, client: Client, admin_client: Client
) -> None:
    Board.objects.update(view_by="signed_in")
    html = client.get("/boards/this-week/?range=6+h", headers={"Accept": "text/html"}).content.decode()
    assert "There is no board here for you" in html
    assert 'href="/accounts/login/?next=/boards/this-week/%3Frange%3D6%2Bh"' in html
    assert client.post(address(week), {"random": "1"}).status_code == 404
    assert shown(week) == START
    assert b"This week" not in client.get("/").content
    assert b"This week" in admin_client.get("/").content
    assert admin_client.get("/boards/this-week/").status_code == 200


def test_what_is_not_there_or_not_editable_is_not_found(week: Panel, client: Client) -> None:
    other = Panel.objects.get(title="CPU")
    for path in ("/boards/none/", f"/boards/this-week/panels/{other.pk}/values", address(other)):
        method = client.get if path.endswith("none/") else client.post
        assert method(path, {"random": "1"}).status_code == 404
    assert client.get(address(week)).status_code == 405
    assert client.post("/boards/this-week/").status_code == 405


def test_a_form_needs_its_token(week: Panel) -> None:
    assert Client(enforce_csrf_checks=True).post(address(week), {"random": "1"}).status_code == 403
    assert shown(week) == START


def test_titles_from_people_are_text(week: Panel, client: Client, make_hostile: Callable[[Panel], None]) -> None:
    make_hostile(week)
    html = client.get("/boards/this-week/").content.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html


@pytest.fixture
def make_hostile() -> Callable[[Panel], None]:
    def change(panel: Panel) -> None:
        hostile = "<script>alert(1)</script><!--live:boards-panel-1-->"
        Panel.objects.filter(pk=panel.pk).update(title=hostile, options={**panel.options, "unit": "<b>"})
        Board.objects.update(title=hostile, note=hostile)
        panel.lines.update(label=hostile)
        send(recipients.board(panel.board), "info", hostile)

    return change


def test_the_admin_opens_what_boards_are_made_of(week: Panel, admin_client: Client) -> None:
    for path in ("board", f"board/{week.board_id}/change", "panel", f"panel/{week.pk}/change", "panel/add"):
        assert admin_client.get(f"/admin/boards/{path}/").status_code == 200


class TestRange:
    """The address says what stretch of time a board shows."""

    def test_marks_what_is_chosen_and_leads_on(self, week: Panel, client: Client) -> None:
        page = client.get("/boards/this-week/?range=6h&tz=Europe/Berlin").content.decode()
        assert 'href="?range=6h&amp;tz=Europe/Berlin" aria-current="true">6 h</a>' in page
        assert 'href="?range=365d&amp;tz=Europe/Berlin">1 year</a>' in page
        assert 'href="?tz=Europe/Berlin">Default</a>' in page
        assert "This is how it was" not in page and page.count("aria-current") == 1
        assert f'href="/panels/{week.pk}?as=table&amp;range=6h&amp;tz=Europe/Berlin"' in page
        assert 'href="?" aria-current="true">Default</a>' in client.get("/boards/this-week/").content.decode()

    def test_of_a_moment_that_is_over_says_so_and_leads_back(self, week: Panel, client: Client) -> None:
        page = client.get("/boards/this-week/?range=1h&at=2026-01-25T03:12:00Z").content.decode()
        assert "This is how it was on Jan 25, 2026 03:12:00 (UTC)." in page
        assert '<a href="?range=1h" accesskey="l" data-key="l">Back to live</a>' in page
        for at, words in (("02:12", "\N{MINUS SIGN}1 h"), ("03:11", "\N{MINUS SIGN}1 min"), ("03:27", "+15 min")):
            assert f'href="?range=1h&amp;at=2026-01-25T{at}:00Z"' in page and f">{words}</a>" in page
        (menu,) = re.findall(r'<details class="menu"><summary.*?</details>', page, re.DOTALL)
        assert "data-key" in menu and "accesskey" not in menu, "no browser reaches into what is closed"

    def test_of_two_moments_is_in_the_form(self, week: Panel, client: Client) -> None:
        page = client.get("/boards/this-week/?from=2026-01-25T03:12&to=2026-01-25T06:00").content.decode()
        assert 'name="from" type="datetime-local" value="2026-01-25T03:12"' in page
        assert "This is how it was on Jan 25, 2026 06:00:00 (UTC)." in page and ">Back to live</a>" in page

    @pytest.mark.parametrize("query", ["range=soon", "from=x&to=y", "at=2200-01-01T00:00", "tz=Mars"])
    @pytest.mark.parametrize(
        "address", ["/boards/this-week/", "/panels/{pk}", "/panels/{pk}.svg", "/panels/{pk}?as=csv"]
    )
    def test_that_is_none_is_a_bad_request(self, week: Panel, client: Client, address: str, query: str) -> None:
        address = address.format(pk=week.pk)
        response = client.get(f"{address}{'&' if '?' in address else '?'}{query}")
        assert response.status_code == 400
        assert re.search(r"is not a range|is not a moment|in the future|is no time zone", response.content.decode())

    def test_holds_for_the_panel_alone_and_its_files(self, week: Panel, client: Client) -> None:
        query = "at=2020-01-01T00:00:00Z"
        for address in (f"/panels/{week.pk}?{query}", f"/panels/{week.pk}.svg?{query}"):
            assert "There was no data yet." in client.get(address).content.decode(), address
        assert ">No data<" in client.get(f"/panels/{week.pk}?as=table&{query}").content.decode()
        assert (
            f'href="/panels/{week.pk}?as=csv&amp;{query}"' in client.get(f"/panels/{week.pk}?{query}").content.decode()
        )

    def test_that_is_over_has_no_form(self, week: Panel, client: Client) -> None:
        """It would have today's values in it, and set these."""
        for query, has_form in (("range=1h", True), ("at=-1h", False), ("from=2026-01-25&to=2026-01-26", False)):
            page = client.get(f"/boards/this-week/?{query}").content.decode()
            assert ("hx-post=" in page) is has_form, query
        # A page whose form is older than its range: what somebody typed comes back to them.
        address = f"/boards/this-week/panels/{week.pk}/values?at=-1h"
        assert "Enter a number." in client.post(address, numbers(week, "much", *range(6))).content.decode()

    def test_stays_when_a_form_is_sent(self, week: Panel, client: Client) -> None:
        page = client.get("/boards/this-week/?range=6h").content.decode()
        (action,) = set(re.findall(r'hx-post="([^"]+/values[^"]*)"', page))
        assert action == f"/boards/this-week/panels/{week.pk}/values?range=6h"
        assert client.post(action, numbers(week, *range(7))).url == "/boards/this-week/?range=6h"
        sent = client.post(action, numbers(week, *range(7)), headers={"HX-Request": "true"}).content.decode()
        key = fragments.panel.key(pk=week.pk, range="6h")
        assert f'data-version="{render(key).version}"' in sent

    def test_that_is_over_is_said_beside_live(self, week: Panel, client: Client) -> None:
        for address in ("/boards/this-week/", f"/panels/{week.pk}"):
            for query, looks_back in (("range=1h", False), ("at=-1h", True), ("from=2026-01-25&to=2026-01-26", True)):
                page = client.get(f"{address}?{query}").content.decode()
                assert ('data-live="Live · looking back"' in page) is looks_back, (address, query)

    def test_offers_the_names_of_time_zones(self, week: Panel, client: Client) -> None:
        page = client.get("/boards/this-week/").content.decode()
        assert 'list="range-zones"' in page and 'hx-get="/zones/"' in page
        zones = re.findall(r'<option value="([^"]+)">', client.get("/zones/").content.decode())
        assert zones == sorted(zones) and {"Europe/Berlin", "UTC", "America/Argentina/Ushuaia"} <= set(zones)
        assert client.get("/boards/this-week/", {"tz": zones[7]}).status_code == 200
        # They are files beside those of the zones, which not all browsers know.
        for name in ("Factory", "localtime"):
            assert name not in zones and client.get("/boards/this-week/", {"tz": name}).status_code == 400
