"""Moments are aware in code, with USE_TZ and without."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.template import engines
from django.test import Client, RequestFactory
from django.utils import timezone

from live import FragmentError, fragment, moments
from live.banners.models import Banner, BannerUpdate
from live.banners.text_input import parse_time
from live.notices import everyone, notify
from live.notices.feed import notices
from live.notices.models import Notice
from live.rendering.render import render

pytestmark = [pytest.mark.database, pytest.mark.django_db]

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
PAGE = "{% load live live_notices live_banners %}{% live_banners %}{% live_notices %}{% live_page %}"


@pytest.fixture(params=[True, False], ids=["USE_TZ", "without USE_TZ"])
def use_tz(settings: Any, request: pytest.FixtureRequest) -> bool:
    """In a zone that is not UTC."""
    settings.USE_TZ, settings.TIME_ZONE = request.param, "America/New_York"
    return bool(request.param)


def raw(name: str, model: Any) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {name} FROM {model._meta.db_table}")
        [(value,)] = cursor.fetchall()
    return str(value)[:19].replace("T", " ")


def test_a_moment_is_the_same_when_it_has_been_written_and_read(use_tz: bool) -> None:
    banner = Banner.objects.create(level="info", text="x", starts=NOON, recipients="everyone")
    assert Banner.objects.get().starts == banner.starts == NOON
    assert Banner.objects.get(starts__lte=NOON, starts__gt=NOON - timedelta(seconds=1)) == banner
    assert timezone.is_aware(banner.created)
    assert moments.now() - banner.created < timedelta(minutes=5)
    if not use_tz:
        assert raw("starts", Banner) == "2026-07-01 08:00:00", "as Django writes it there"


def test_a_banner_goes_all_its_way(use_tz: bool, client: Client) -> None:
    call_command("banner", "Maintenance tonight", "--from=+5m", "--until=+3h", "--announce-minutes-before=60")
    banner = Banner.objects.get()
    assert timedelta(minutes=4) < banner.starts - moments.now() <= timedelta(minutes=5)
    assert timezone.localtime(parse_time("14:30", moments.now())).strftime("%H:%M") == "14:30"
    out = StringIO()
    call_command("banner", "--list", stdout=out)
    assert "Maintenance tonight" in out.getvalue()
    BannerUpdate.objects.create(banner=banner, state="investigating", text="We look into it.")
    request = RequestFactory().get("/")
    request.session = client.session
    html = engines["django"].from_string(PAGE).render({}, request)
    assert "Maintenance tonight" in html and "min" in html and "We look into it." in html

    client.force_login(User.objects.create_superuser("root"))
    url = f"/admin/live_banners/banner/{banner.pk}"
    assert client.get(f"{url}/change/").status_code == 200
    assert client.get("/admin/live_banners/banner/").status_code == 200
    form = {
        **{"text": "Maintenance today", "level": "maintenance", "recipients": "everyone", "dismissible": "on"},
        **{"starts_0": "2030-01-31", "starts_1": "14:00", "ends_0": "2030-01-31", "ends_1": "15:00"},
        **{"updates-TOTAL_FORMS": "0", "updates-INITIAL_FORMS": "0", "announce_minutes_before": "60"},
    }
    preview = client.post(f"{url}/preview/", form).content.decode()
    assert "Maintenance today" in preview and "14:00 EST" in preview
    assert client.post(f"{url}/change/", form).status_code == 302
    assert Banner.objects.get().starts == datetime(2030, 1, 31, 19, tzinfo=UTC)


def test_a_notice_goes_all_its_way(use_tz: bool, client: Client) -> None:
    notify(everyone, "info", "Tea is ready")
    [item] = notices.newest(0, 10)
    assert "Tea is ready" in item.render()
    assert item.expires is not None and 0 < item.expires - moments.now().timestamp() < 3600
    assert timezone.is_aware(Notice.objects.get().expires)
    client.force_login(User.objects.create_superuser("root"))
    assert client.get("/admin/live_notices/notice/").status_code == 200


@pytest.mark.parametrize("naive", [True, False])
def test_a_fragment_says_when_it_changes_as_its_project_has_times(
    use_tz: bool, naive: bool, templates: dict[str, str]
) -> None:
    templates["it.html"] = "<p></p>"

    @fragment("it.html")
    def it() -> dict[str, Any]:
        return {"next_change": datetime(2026, 7, 1, 8) if naive else NOON}

    if naive and use_tz:
        with pytest.raises(FragmentError, match="it must be an aware datetime"):
            render(it.key())
    else:
        assert render(it.key()).next_change == NOON.timestamp()
