"""Who may tell whom, how often everyone is told, and the trail of it."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group, Permission, User
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from live.notices import TooManyNotices, group, limits, notify, staff, user
from live.notices.models import AuditEntry, Notice
from live.notices.recipient_kinds import everyone
from live.notices.sending import send

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


def ann(**given: Any) -> User:
    return User.objects.create_user("ann", **given)


def test_code_may_tell_everybody_and_a_person_whom_they_may() -> None:
    sam, operators = ann(), Group.objects.create(name="Operators")
    for to, codename in (
        (everyone, "notify_everyone"),
        (group(operators), "notify_some"),
        (staff, "notify_some"),
        (user(sam), "notify_user"),
    ):
        sam.user_permissions.clear()
        notify(to, "info", "by code")
        with pytest.raises(PermissionDenied, match="You may not send notices to"):
            notify(to, "info", "by a person", by=User.objects.get(pk=sam.pk))
        sam.user_permissions.add(Permission.objects.get(codename=codename))
        assert notify(to, "info", "by a person", by=User.objects.get(pk=sam.pk)).by == sam
    with pytest.raises(PermissionDenied):
        notify(everyone, "info", "by nobody", by=AnonymousUser())


def test_everyone_by_another_name_is_everyone() -> None:
    notify("everyone", "info", "Hello")  # type: ignore[arg-type]
    assert str(AuditEntry.objects.get().recipients) == "everyone"
    with pytest.raises(ValueError, match="there are no recipients 'martians'"):
        notify("martians", "info", "Hello")  # type: ignore[arg-type]


def test_everyone_is_told_so_much_a_minute() -> None:
    for n in range(limits.MAX_TO_EVERYONE):
        notify(everyone, "info", f"n{n}", replace="n" if n == 0 else "")
    with pytest.raises(TooManyNotices, match="30 notices in a minute"):
        notify(everyone, "info", "one more")
    notify(everyone, "info", "not a new one", replace="n")
    notify(staff, "info", "not everyone")
    Notice.objects.update(created=timezone.now() - limits.PERIOD)
    notify(everyone, "info", "one more")


def test_broadcasts_are_in_the_trail() -> None:
    sam = ann(is_superuser=True)
    notify(everyone, "info", "by code")
    notify(staff, "info", "by code to some")
    notify(staff, "info", "by a person", by=sam)
    notify(everyone, "info", "twice", replace="x")
    notify(everyone, "info", "twice, and changed", replace="x")
    entries = AuditEntry.objects.order_by("pk").values_list("who", "recipients", "text")
    assert list(entries) == [
        ("the site", everyone, "by code"),
        ("ann", staff, "by a person"),
        ("the site", everyone, "twice"),
    ]
    sam.delete()
    assert AuditEntry.objects.filter(who="ann", by=None).count() == 1


def test_what_a_person_says_anew_is_in_the_trail_again() -> None:
    sam = ann(is_superuser=True)
    notify(staff, "info", "at noon", replace="lunch", by=sam)
    notify(staff, "info", "at one", replace="lunch", by=sam)
    assert list(AuditEntry.objects.order_by("pk").values_list("text", flat=True)) == ["at noon", "at one"]


def test_forms_do_not_use_up_what_the_site_may_say() -> None:
    for n in range(limits.MAX_TO_EVERYONE):
        send(everyone, "info", f"n{n}", source=Notice.Source.FORM)
    notify(everyone, "info", "one more")
    with pytest.raises(TooManyNotices):
        limits.check_rate(everyone, sources=[Notice.Source.FORM])
