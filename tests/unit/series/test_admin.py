import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.http import HttpResponse
from django.test import Client

from series.models import Series
from series.samples import Sample
from series.storage.query import latest
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

    def test_can_be_looked_at_but_not_added_or_changed(self, admin_client: Client, series: Series) -> None:
        page = text(admin_client.get(f"{SERIES}{series.pk}/change/"))
        assert "2.5 at 2026-01-31 12:00:02 UTC" in page
        assert re.search(r'field-number_of_points.*?<div class="readonly">3</div>', page, re.DOTALL)
        assert "<div>2026-01-31 12:00:01.000000 UTC: 1.5</div>" in page
        assert 'name="_save"' not in page
        assert admin_client.get(f"{SERIES}add/").status_code == 403
        assert admin_client.post(f"{SERIES}{series.pk}/change/", {"name": "other"}).status_code == 403

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
        assert client.post(f"{SERIES}{series.pk}/delete/", {"post": "yes"}).status_code == 403
        client.post(SERIES, {"action": "delete_selected", "_selected_action": [series.pk], "post": "yes"})
        assert Series.objects.exists()

    def test_points_have_no_pages(self, admin_client: Client) -> None:
        assert admin_client.get("/admin/series/point/").status_code == 404
