"""Banners in the admin."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from live.banners import lifecycle
from live.banners.models import Banner, BannerUpdate
from live.notices.models import AuditEntry

pytestmark = [pytest.mark.database, pytest.mark.django_db]
LIST = "/admin/live_banners/banner/"
PERMISSIONS = ("add_banner", "change_banner", "delete_banner", "view_banner")


def text(response: HttpResponse) -> str:
    assert response.status_code == 200
    return response.content.decode()


def form(**changes: Any) -> dict[str, Any]:
    """What the form sends, times in the site's zone."""
    sent = {
        "level": "maintenance",
        "text": "New disks",
        "recipients": "everyone",
        "starts_0": "2026-06-01",
        "starts_1": "12:00:00",
        # By these the form knows whether it was changed.
        "initial-starts_0": "2026-06-01",
        "initial-starts_1": "12:00:00",
        "ends_0": "",
        "ends_1": "",
        "announce_minutes_before": "30",
        "updates-TOTAL_FORMS": "0",
        "updates-INITIAL_FORMS": "0",
    }
    return {**sent, **changes}


def make(**given: Any) -> Banner:
    return lifecycle.save(Banner(**{"text": "Back soon", **given}), who="a test")


def signed_in(client: Client, *permissions: str) -> User:
    user = User.objects.create_user("sam", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(user)
    return user


def test_one_is_made_changed_updated_and_deleted_with_its_maker_in_the_trail(admin_client: Client) -> None:
    admin_client.post(f"{LIST}add/", form())
    banner = Banner.objects.get()
    assert banner.by is not None
    assert (banner.level, banner.text, banner.announce_minutes_before, banner.by.username) == (
        "maintenance",
        "New disks",
        30,
        "admin",
    )
    assert banner.starts == datetime(2026, 6, 1, 12, tzinfo=UTC)
    address = f"{LIST}{banner.pk}/change/"
    admin_client.post(address, form(text="Newer disks"))
    sent = {"updates-TOTAL_FORMS": "1", "updates-0-state": "resolved", "updates-0-text": "Done"}
    admin_client.post(address, form(text="Newer disks", **sent))
    update = BannerUpdate.objects.get()
    assert (update.state, update.text, update.by) == ("resolved", "Done", banner.by)
    assert Banner.objects.get().ends == update.at + timedelta(minutes=15)
    admin_client.post(f"{LIST}{banner.pk}/delete/", {"post": "yes"})
    assert [(entry.who, entry.action) for entry in AuditEntry.objects.order_by("pk")] == [
        ("admin", "banner made"),
        ("admin", "banner changed"),
        ("admin", "banner updated"),
        ("admin", "banner deleted"),
    ]


def test_an_update_is_corrected_and_taken_out(admin_client: Client) -> None:
    banner = make()
    update = lifecycle.update(banner, "identified", "Lgos", who="a test")
    sent = form(
        **{
            "updates-TOTAL_FORMS": "1",
            "updates-INITIAL_FORMS": "1",
            "updates-0-id": update.pk,
            "updates-0-banner": banner.pk,
            "updates-0-state": "identified",
            "updates-0-text": "Logs",
        }
    )
    admin_client.post(f"{LIST}{banner.pk}/change/", sent)
    assert BannerUpdate.objects.get().text == "Logs"
    admin_client.post(f"{LIST}{banner.pk}/change/", {**sent, "updates-0-DELETE": "on"})
    assert not BannerUpdate.objects.exists()
    assert [entry.action for entry in AuditEntry.objects.filter(who="admin").order_by("pk")] == [
        "banner changed",
        "banner update changed",
        "banner update deleted",
    ]


def test_end_now_ends_those_that_are_chosen(admin_client: Client) -> None:
    one, other = make(), make()
    page = admin_client.post(LIST, {"action": "end_now", "_selected_action": [one.pk]}, follow=True)
    assert "Ended: 1." in text(page)
    assert list(Banner.objects.filter(ends=None)) == [other]


def test_those_that_are_chosen_are_deleted_with_who_did_it_in_the_trail(admin_client: Client) -> None:
    made = [make(), make(text="Another")]
    chosen = {"action": "delete_selected", "_selected_action": [banner.pk for banner in made], "post": "yes"}
    assert admin_client.post(LIST, chosen).status_code == 302
    assert not Banner.objects.exists()
    assert AuditEntry.objects.filter(who="admin").count() == 2


def test_the_list_says_how_each_is(admin_client: Client) -> None:
    now, hour = timezone.now(), timedelta(hours=1)
    make(starts=now - 2 * hour, ends=now - hour)
    make(starts=now + hour)
    make(starts=now + hour, announce_minutes_before=90)
    make(recipients="staff")
    Banner.objects.create(text="x", recipients="removed:1")
    page = text(admin_client.get(LIST))
    for state in ("over", "to come", "announced", "shown"):
        assert f'<td class="field-state">{state}</td>' in page
    for audience in ("Everyone", "Staff", "removed:1"):
        assert f'<td class="field-recipients_label">{audience}</td>' in page


def test_times_are_in_the_sites_zone_and_it_says_so(admin_client: Client, settings: Any) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    assert "All times are in Europe/Berlin." in text(admin_client.get(f"{LIST}add/"))
    admin_client.post(f"{LIST}add/", form())
    assert Banner.objects.get().starts == datetime(2026, 6, 1, 10, tzinfo=UTC)
    twice = text(admin_client.post(f"{LIST}add/", form(starts_0="2026-10-25", starts_1="02:30")))
    assert "it may be ambiguous or it may not exist" in twice


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"text": ""}, "This field is required."),
        ({"text": " \n "}, "This field is required."),
        ({"ends_0": "2026-06-01", "ends_1": "11:00"}, "It must end after it has started."),
        ({"announce_minutes_before": "99999"}, "It can be announced at most 44640 minutes before its start."),
        ({"recipients": "group:77"}, "Select a valid choice."),
        ({"starts_0": "1000-01-01"}, "It must be from 2000 up to 2999."),
    ],
)
def test_what_cannot_be_is_said_in_the_form_and_in_the_preview(
    admin_client: Client, changes: dict[str, str], said: str
) -> None:
    assert said in text(admin_client.post(f"{LIST}add/", form(**changes)))
    # What is not typed yet is not wrong.
    assert (said in text(admin_client.post(f"{LIST}preview/", form(**changes)))) == ("required" not in said)
    assert not Banner.objects.exists()


class TestWhoMay:
    def test_everyone_is_offered_only_to_those_who_may_tell_everyone(self, client: Client) -> None:
        group = Group.objects.create(name="Operators")
        user = signed_in(client, *PERMISSIONS, "notify_some")
        page = text(client.get(f"{LIST}add/"))
        assert '<option value="everyone"' not in page
        assert f'<option value="group:{group.pk}">Group: Operators</option>' in page
        assert "Select a valid choice." in text(client.post(f"{LIST}add/", form()))
        client.post(f"{LIST}add/", form(recipients=f"group:{group.pk}"))
        assert Banner.objects.get().by == user
        user.user_permissions.add(Permission.objects.get(codename="notify_everyone"))
        assert '<option value="everyone"' in text(client.get(f"{LIST}add/"))

    def test_what_everyone_sees_is_left_alone_by_others(self, client: Client) -> None:
        banner = make()
        signed_in(client, *PERMISSIONS, "notify_some")
        assert 'name="_save"' not in text(client.get(f"{LIST}{banner.pk}/change/"))
        assert client.post(f"{LIST}{banner.pk}/change/", form()).status_code == 403
        assert client.post(f"{LIST}{banner.pk}/delete/", {"post": "yes"}).status_code == 403
        for action in ("end_now", "delete_selected"):
            client.post(LIST, {"action": action, "_selected_action": [banner.pk], "post": "yes"}, follow=True)
        kept = Banner.objects.get()
        assert (kept.text, kept.ends) == ("Back soon", None)

    def test_who_may_only_look_changes_nothing(self, client: Client) -> None:
        banner = make()
        signed_in(client, "view_banner")
        assert "hx-post" not in text(client.get(f"{LIST}{banner.pk}/change/"))
        assert client.post(f"{LIST}add/", form()).status_code == 403
        assert client.post(f"{LIST}preview/", form()).status_code == 403
        assert client.post(f"{LIST}{banner.pk}/preview/", form()).status_code == 403

    def test_strangers_are_sent_to_sign_in(self, client: Client) -> None:
        assert client.post(f"{LIST}preview/", form()).status_code == 302


class TestPreview:
    def test_shows_the_banner_as_it_would_be(self, admin_client: Client) -> None:
        sent = form(
            text="See https://status.example/",
            ends_0="2026-06-01",
            ends_1="14:00",
            **{"updates-TOTAL_FORMS": "1", "updates-0-state": "identified", "updates-0-text": "Logs"},
        )
        page = text(admin_client.post(f"{LIST}preview/", sent))
        assert '<article class="live-banner live-banner-maintenance">' in page
        assert '<a href="https://status.example/" rel="noopener">' in page
        assert "<b>Identified</b> Logs" in page
        assert ", until <time" in page
        assert "errorlist" not in page
        assert not Banner.objects.exists()

    def test_is_on_the_form_with_the_times_the_state_and_the_reach(self, admin_client: Client) -> None:
        page = text(admin_client.get(f"{LIST}add/"))
        assert f'hx-post="{LIST}preview/"' in page
        assert "live_banners-receipts" not in page
        banner = make()
        page = text(admin_client.get(f"{LIST}{banner.pk}/change/"))
        assert f'hx-post="{LIST}{banner.pk}/preview/"' in page
        assert f'id="live_banners-receipts-{banner.pk}"' in page
        assert 'name="page"' in page

    def test_says_of_a_form_that_nobody_has_touched_that_nothing_is_wrong(self, admin_client: Client) -> None:
        for sent in (form(text=""), form(text="", starts_0="", starts_1="")):
            page = text(admin_client.post(f"{LIST}preview/", sent))
            assert "errorlist" not in page and "as soon as it has a text" in page

    def test_changes_nothing_of_one_that_is_there(self, admin_client: Client) -> None:
        banner = make()
        assert "New disks" in text(admin_client.post(f"{LIST}{banner.pk}/preview/", form()))
        assert Banner.objects.get().text == "Back soon"

    @pytest.mark.parametrize(
        "left_out", ["text", "starts_0", "level", "updates-TOTAL_FORMS", "announce_minutes_before"]
    )
    def test_survives_whatever_is_not_typed_yet(self, admin_client: Client, left_out: str) -> None:
        sent = form()
        del sent[left_out]
        assert "500" not in text(admin_client.post(f"{LIST}preview/", sent))
