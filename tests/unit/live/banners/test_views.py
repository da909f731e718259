"""Putting a banner away, with htmx and without."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from live.banners import fragments, lifecycle
from live.banners.models import Banner, Dismissal, ReceiptCount
from live.notices.recipient_kinds import digest

pytestmark = [pytest.mark.database, pytest.mark.django_db]
HTMX = {"HX-Request": "true"}


def make(**given: str) -> tuple[Banner, str]:
    banner = lifecycle.save(Banner(**{"text": "Back <soon>", **given}), who="a test")
    return banner, f"/live/banners/{banner.pk}/dismiss"


@pytest.fixture
def ann() -> User:
    return User.objects.create_user("ann")


@pytest.fixture
def page(client: Client, ann: User) -> Client:
    client.force_login(ann)
    return client


def test_without_javascript_it_leads_back_to_the_page_without_it(page: Client, ann: User) -> None:
    _, address = make()
    assert "Back &lt;soon&gt;" in page.get("/").content.decode()
    answer = page.post(address, headers={"Referer": "http://testserver/boards/x/"})
    assert (answer.status_code, answer["Location"]) == (302, "http://testserver/boards/x/")
    assert str(Dismissal.objects.get().person) == f"user:{ann.pk}"
    assert "Back &lt;soon&gt;" not in page.get("/").content.decode()
    assert page.post(address, headers={"Referer": "https://evil.example/"})["Location"] == "/"
    assert Dismissal.objects.count() == 1


def test_the_button_is_of_the_form_on_the_page_that_holds_the_token(page: Client) -> None:
    _, address = make()
    html = page.get("/").content.decode()
    button = re.search(r"<button[^>]*live-banner-dismiss[^>]*>", html)
    assert button is not None
    assert f'formaction="{address}"' in button[0]
    assert 'form="live-notices-form"' in button[0]
    assert html.count('id="live-notices-form"') == 1
    region = html[html.index('class="live-banner-region"') : html.index("<main")]
    assert "csrf" not in region


def test_with_htmx_what_is_left_is_swapped_in_and_takes_the_focus(page: Client) -> None:
    _, address = make()
    other, _ = make(text="Another")
    answer = page.post(address, headers=HTMX)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert re.findall(r'<\w+ id="([\w-]+)"', html) == [
        "live_banners-banners-everywhere",
        f"live_banners-banner-{other.pk}",
        f"live_banners-banner_times-{other.pk}",
        "live_banners-announcement-everywhere",
        "live_banners-banners-everywhere-dismissed",
    ]
    assert "Dismissed: Back &lt;soon&gt;" in html
    assert "autofocus" in html
    assert 'id="live_banners-banners-everywhere-dismissed"' in page.get("/").content.decode()


def test_a_visitor_without_a_session_gets_one_and_the_page_anew(client: Client) -> None:
    _, address = make()
    answer = client.post(address, headers=HTMX)
    assert answer["HX-Refresh"] == "true"
    key = client.session.session_key
    assert str(Dismissal.objects.get().person) == f"session:{digest(key)}"
    assert "Back &lt;soon&gt;" not in client.get("/").content.decode()
    assert "Back &lt;soon&gt;" in Client().get("/").content.decode()


def test_an_outage_stays(page: Client) -> None:
    _, address = make(level="outage")
    answer = page.post(address, headers=HTMX)
    assert (answer.status_code, answer.content) == (403, b"An outage stays until it is over.")
    assert not Dismissal.objects.exists()


def test_one_that_is_not_for_them_is_not_there_and_none_is_got(page: Client) -> None:
    _, address = make(recipients="staff")
    assert page.post(address).status_code == 404
    assert page.post("/live/banners/77/dismiss").status_code == 404
    assert page.get(make()[1]).status_code == 405
    assert not Dismissal.objects.exists()


def test_it_needs_the_token(ann: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(ann)
    assert client.post(make()[1]).status_code == 403
    assert not Dismissal.objects.exists()
    assert fragments.current_audience(ann).dismissed == ()


def test_the_page_to_sign_in_shows_it_too_though_it_is_not_live(client: Client) -> None:
    _, address = make()
    html = client.get("/accounts/login/").content.decode()
    assert f'formaction="{address}"' in html
    assert html.count('id="live-notices-form"') == 1
    assert "live/live.css" in html
    assert "live/live.js" not in html


def test_without_sessions_nobody_can_put_it_away(client: Client, settings: Any) -> None:
    _, address = make()
    needing = ("sessions", "auth", "messages")
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not any(word in name for word in needing)]
    answer = client.post(address)
    assert (answer.status_code, answer.content) == (403, b"Without sessions nobody can be remembered.")


def test_a_dismissal_says_whose_of_what_it_is(page: Client, ann: User) -> None:
    banner, address = make()
    page.post(address)
    assert str(Dismissal.objects.get()) == f"user:{ann.pk} {banner}"


def test_a_receipt_count_says_how_many_of_how_many() -> None:
    assert str(ReceiptCount(received=2, viewers=3)) == "2 of 3"
