import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from series.models import Series
from series.samples import Sample
from series.storage.query import latest
from series.storage.statements import execute
from series.storage.write import write

pytestmark = [pytest.mark.database, pytest.mark.django_db]
SERIES = "/admin/series/series/"
NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


def text(response: HttpResponse) -> str:
    assert response.status_code == 200
    return response.content.decode()


class TestSeries:
    @pytest.fixture
    def series(self) -> Series:
        made = Series.objects.create(name="cpu", tags={"host": "a"})
        write(Sample("cpu", {"host": "a"}, NOON + timedelta(seconds=second), second + 0.5) for second in range(3))
        return made

    def test_are_listed_with_their_latest_point_and_found(self, admin_client: Client, series: Series) -> None:
        Series.objects.create(name="empty")
        page = text(admin_client.get(SERIES))
        assert "cpu{host=a}" in page
        assert "2.5 at 2026-01-31 12:00:02 UTC" in page
        assert re.search(r"Points: [\d.]+\s(MB|KB|bytes) · Minutes: ", page) and "the whole database: " in page
        assert re.search(r'class="field-size">\d+\sbytes, \d+\sbytes<', page)
        found = text(admin_client.get(f"{SERIES}?q=host=a"))
        assert "cpu{host=a}" in found
        assert "empty" not in found

    def test_show_integers_and_states_as_they_were_sent(self, admin_client: Client) -> None:
        write([Sample("door", {}, NOON, "open"), Sample("counter", {}, NOON, 2**53 + 1)])
        page = text(admin_client.get(SERIES))
        assert "open at 2026-01-31 12:00:00 UTC" in page and "9007199254740993 at 2026-01-31 12:00:00 UTC" in page
        for name, shown in (("door", "open"), ("counter", "9007199254740993")):
            series = Series.objects.get(name=name)
            page = text(admin_client.get(f"{SERIES}{series.pk}/change/"))
            assert f"<div>2026-01-31 12:00:00.000000 UTC: {shown}</div>" in page

    def test_can_be_looked_at_but_not_added_and_stay_what_they_are(self, admin_client: Client, series: Series) -> None:
        page = text(admin_client.get(f"{SERIES}{series.pk}/change/"))
        assert "2.5 at 2026-01-31 12:00:02 UTC" in page
        assert re.search(r'field-number_of_points.*?<div class="readonly">3</div>', page, re.DOTALL)
        assert "<div>2026-01-31 12:00:01.000000 UTC: 1.5</div>" in page
        assert admin_client.get(f"{SERIES}add/").status_code == 403
        assert admin_client.post(f"{SERIES}{series.pk}/change/", {"name": "other"}).status_code == 302
        series.refresh_from_db()
        assert (series.name, series.identity) == ("cpu", "cpu{host=a}")

    @pytest.mark.parametrize(
        ("sent", "stored", "shown"),
        [
            ("5 min", 300.0, "5 min"),
            ("never", 0.0, "never"),
            ("Never ", 0.0, "never"),
            ("0 s", 0.0, "never"),
            ("", None, ""),
        ],
    )
    def test_say_when_their_next_point_is_expected(
        self, admin_client: Client, series: Series, sent: str, stored: float | None, shown: str
    ) -> None:
        address = f"{SERIES}{series.pk}/change/"
        assert admin_client.post(address, {"expected_interval": sent, "grace": "1 min"}).status_code == 302
        series.refresh_from_db()
        assert (series.expected_interval, series.grace) == (stored, 60.0)
        page = text(admin_client.get(address))
        assert re.search(rf'name="expected_interval"( value="{shown}")?', page)
        assert not shown or f'name="expected_interval" value="{shown}"' in page
        assert 'name="grace" value="1 min"' in page
        assert f'<td class="field-expected">{shown or "-"}</td>' in text(admin_client.get(SERIES))

    @pytest.mark.parametrize(
        ("field", "sent", "words"),
        [
            ("expected_interval", "often", "“often” is not a length of time"),
            ("expected_interval", "0.01 s", "It must be 0.1 s to 366 d."),
            ("expected_interval", "400 d", "It must be 0.1 s to 366 d."),
            ("grace", "never", "“never” is not a length of time"),
            ("grace", "400 d", "It must be 0 s to 366 d."),
        ],
    )
    def test_take_nothing_that_cannot_be_waited_for(
        self, admin_client: Client, series: Series, field: str, sent: str, words: str
    ) -> None:
        assert words in text(admin_client.post(f"{SERIES}{series.pk}/change/", {field: sent}))
        series.refresh_from_db()
        assert (series.expected_interval, series.grace) == (None, None)

    def test_are_listed_with_what_was_learned_and_whether_they_are_late(
        self, admin_client: Client, series: Series, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        Series.objects.create(name="empty", expected_interval=5.0)
        execute("UPDATE series_latest SET learned_interval = %s", [10.0])
        for seconds, late in ((41, "-"), (42, "late")):
            monkeypatch.setattr(timezone, "now", lambda seconds=seconds: NOON + timedelta(seconds=seconds))
            page = text(admin_client.get(SERIES))
            rows = re.findall(r'field-expected">(.*?)</td><td class="field-is_late">(.*?)</td>', page)
            assert rows == [("10 s, learned", late), ("5 s", "-")]
        assert "10 s, learned" in text(admin_client.get(f"{SERIES}{series.pk}/change/"))

    @pytest.mark.parametrize("many", [False, True])
    def test_deleting_says_how_many_points_go_without_listing_them(
        self, admin_client: Client, series: Series, many: bool
    ) -> None:
        address, sent = f"{SERIES}{series.pk}/delete/", {"post": "yes"}
        if many:
            address, sent = SERIES, {"action": "delete_selected", "_selected_action": [series.pk]}
        asked = text(admin_client.post(address, sent) if many else admin_client.get(address))
        assert "cpu{host=a}, its 3 points and its place on panels" in asked
        assert "12:00:01" not in asked
        text(admin_client.post(address, {**sent, "post": "yes"}, follow=True))
        assert not Series.objects.exists()
        assert latest([series.pk]) == {}

    def test_who_may_only_look_cannot_delete(self, client: Client, series: Series) -> None:
        user = User.objects.create_user("viewer", is_staff=True)
        user.user_permissions.add(Permission.objects.get(codename="view_series"))
        client.force_login(user)
        assert client.post(f"{SERIES}{series.pk}/change/", {"expected_interval": "5 s"}).status_code == 403
        assert client.post(f"{SERIES}{series.pk}/delete/", {"post": "yes"}).status_code == 403
        client.post(SERIES, {"action": "delete_selected", "_selected_action": [series.pk], "post": "yes"})
        assert Series.objects.exists()

    def test_points_have_no_pages(self, admin_client: Client) -> None:
        assert admin_client.get("/admin/series/point/").status_code == 404
