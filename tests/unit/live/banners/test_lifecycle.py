"""A banner's life, with who may and what is written down."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from live.banners import lifecycle
from live.banners.models import Banner, BannerUpdate, Dismissal
from live.notices import recipients
from live.notices.models import AuditEntry
from live.notices.recipient_kinds import Kind

pytestmark = [pytest.mark.database, pytest.mark.django_db]
HOUR = timedelta(hours=1)


def staff(*permissions: str) -> User:
    user = User.objects.create_user(f"user{User.objects.count()}", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return User.objects.get(pk=user.pk)


def make(**given: Any) -> Banner:
    return lifecycle.save(Banner(**{"text": "Back soon", **given}), who="a test")


def dismissed(banner: Banner) -> None:
    Dismissal.objects.create(person="user:1", banner=banner)


def trail() -> list[tuple[str, str]]:
    return [(entry.who, entry.action) for entry in AuditEntry.objects.order_by("pk")]


def test_each_step_is_in_the_audit_trail() -> None:
    ann = staff("notify_everyone")
    banner = lifecycle.save(Banner(text="Disk is full", level="outage"), by=ann)
    banner.text = "Both disks are full"
    lifecycle.save(banner, by=ann)
    update = lifecycle.update(banner, "identified", "Logs", who="deploy")
    update.text = "Old logs"
    lifecycle.save_update(update, by=ann)
    lifecycle.delete_update(update, by=ann)
    lifecycle.end(banner, who="deploy")
    lifecycle.delete(banner, by=ann)
    assert trail() == [
        (ann.username, "banner made"),
        (ann.username, "banner changed"),
        ("deploy", "banner updated"),
        (ann.username, "banner update changed"),
        (ann.username, "banner update deleted"),
        ("deploy", "banner ended"),
        (ann.username, "banner deleted"),
    ]
    assert not Banner.objects.exists()
    first, second = AuditEntry.objects.order_by("pk")[:2]
    assert (str(first.recipients), first.by) == ("everyone", ann)
    assert "outage: Disk is full" in first.text
    assert "Both disks are full" in second.text


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": " \n"}, "text"),
        ({"text": "a\0b"}, "text"),
        ({"text": "\ud800"}, "text"),
        ({"text": "a" * 1001}, "text"),
        ({"level": "mild"}, "level"),
        ({"recipients": "nobody"}, "recipients"),
        ({"recipients": "group:99"}, "recipients"),
        ({"recipients": "group:x"}, "recipients"),
        ({"recipients": "everyone:x"}, "recipients"),
        ({"recipients": "user:\ud800"}, "recipients"),
        ({"announce_minutes_before": -1}, "announce_minutes_before"),
        ({"announce_minutes_before": 10**30}, "announce_minutes_before"),
        ({"starts": datetime(9999, 12, 31, tzinfo=UTC)}, "starts"),
        ({"ends": datetime(1, 1, 1, tzinfo=UTC)}, "ends"),
        ({"starts": datetime(2026, 1, 2, tzinfo=UTC), "ends": datetime(2026, 1, 2, tzinfo=UTC)}, "ends"),
    ],
)
def test_what_cannot_be_shown_is_refused_with_its_field_and_leaves_nothing(given: Any, field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        make(**given)
    assert list(caught.value.message_dict) == [field]
    assert not Banner.objects.exists()
    assert trail() == []


def test_recipients_of_whom_nobody_can_be_asked_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Kind, "registry", dict(Kind.registry))

    @recipients("People of a tenant")
    def tenant(user: Any, ref: str) -> bool:
        return bool(user.tenant_id == int(ref))

    with pytest.raises(ValidationError, match="There are no recipients tenant:5"):
        make(recipients="tenant:5")


class TestWhoMay:
    def test_tell_everyone(self) -> None:
        with pytest.raises(PermissionDenied):
            lifecycle.save(Banner(text="Hello"), by=staff("notify_some"))
        assert lifecycle.save(Banner(text="Hello"), by=staff("notify_everyone")).by is not None

    def test_tell_a_group(self) -> None:
        group = Group.objects.create(name="Operators")
        with pytest.raises(PermissionDenied):
            lifecycle.save(Banner(text="Hello", recipients=f"group:{group.pk}"), by=staff())
        lifecycle.save(Banner(text="Hello", recipients=f"group:{group.pk}"), by=staff("notify_some"))

    def test_touch_what_everyone_sees(self) -> None:
        """Neither by giving it other recipients, nor by what is done to it as it is."""
        banner, some = make(), staff("notify_some")
        update = lifecycle.update(banner, "identified", who="a test")
        moved = Banner.objects.get(pk=banner.pk)
        moved.recipients = "staff"
        for step in (
            lambda: lifecycle.save(moved, by=some),
            lambda: lifecycle.update(banner, "resolved", by=some),
            lambda: lifecycle.delete_update(update, by=some),
            lambda: lifecycle.end(banner, by=some),
            lambda: lifecycle.delete(banner, by=some),
        ):
            with pytest.raises(PermissionDenied):
                step()
        kept = Banner.objects.get()
        assert (str(kept.recipients), kept.ends, kept.updates.count()) == ("everyone", None, 1)


class TestEnding:
    def test_ends_now_and_once(self) -> None:
        banner = make()
        before = timezone.now()
        assert lifecycle.end(banner, who="a test")
        ended = Banner.objects.get().ends
        assert ended is not None
        assert before <= ended <= timezone.now()
        assert not lifecycle.end(Banner.objects.get(), who="a test")
        assert Banner.objects.get().ends == ended
        assert [action for _, action in trail()] == ["banner made", "banner ended"]

    def test_ends_one_that_is_only_announced(self) -> None:
        banner = make(starts=timezone.now() + HOUR, announce_minutes_before=90)
        assert lifecycle.end(banner, who="a test")
        assert Banner.objects.get().ends <= timezone.now()  # type: ignore[operator]


class TestUpdates:
    def test_resolved_lets_it_go_a_quarter_of_an_hour_later(self) -> None:
        banner = make()
        update = lifecycle.update(banner, BannerUpdate.State.RESOLVED, "Fixed", who="a test")
        assert Banner.objects.get().ends == update.at + timedelta(minutes=15)

    def test_resolved_does_not_make_it_longer(self) -> None:
        ends = timezone.now() + timedelta(minutes=5)
        lifecycle.update(make(ends=ends), "resolved", who="a test")
        assert Banner.objects.get().ends == ends

    def test_others_let_it_be(self) -> None:
        for state in ("investigating", "identified", "monitoring"):
            lifecycle.update(make(), state, who="a test")
        assert not Banner.objects.exclude(ends=None).exists()

    @pytest.mark.parametrize(("state", "text"), [("fine", ""), ("resolved", "\0"), ("resolved", "a" * 1001)])
    def test_what_cannot_be_is_refused(self, state: str, text: str) -> None:
        with pytest.raises(ValidationError):
            lifecycle.update(make(), state, text, who="a test")
        assert not BannerUpdate.objects.exists()
        assert Banner.objects.get().ends is None

    def test_one_that_is_over_takes_none(self) -> None:
        banner = make(starts=timezone.now() - 2 * HOUR, ends=timezone.now() - HOUR)
        with pytest.raises(ValidationError, match="has ended"):
            lifecycle.update(banner, "resolved", who="a test")


class TestShownAgainToThoseWhoHadPutItAway:
    def test_for_another_level_or_an_update(self) -> None:
        banner = make()
        dismissed(banner)
        banner.level = "degraded"
        lifecycle.save(banner, who="a test")
        assert not Dismissal.objects.exists()
        dismissed(banner)
        update = lifecycle.update(banner, "identified", who="a test")
        assert not Dismissal.objects.exists()
        dismissed(banner)
        update.text = "A correction"
        lifecycle.save_update(update, who="a test")
        assert Dismissal.objects.exists()

    def test_not_for_a_correction(self) -> None:
        banner = make()
        dismissed(banner)
        banner.text = "Back very soon"
        lifecycle.save(banner, who="a test")
        assert Dismissal.objects.exists()
