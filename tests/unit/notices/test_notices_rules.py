"""Who may tell whom, how often everyone is told, and the trail of it."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group, Permission, User
from django.core.exceptions import PermissionDenied
from django.utils import timezone

import live
from live.notices import rules
from live.notices.audiences import everyone
from live.notices.models import AuditEntry, Notice
from live.notices.sending import write

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


def ann(**given: Any) -> User:
    return User.objects.create_user("ann", **given)


def test_code_may_tell_everybody_and_a_person_whom_they_may() -> None:
    sam, group = ann(), Group.objects.create(name="Operators")
    for audience, codename in (
        (live.everyone, "notify_everyone"),
        (live.group(group), "notify_some"),
        (live.staff, "notify_some"),
        (live.user(sam), "notify_user"),
    ):
        sam.user_permissions.clear()
        live.notify(audience, "info", "by code")
        with pytest.raises(PermissionDenied, match="You may not send notices to"):
            live.notify(audience, "info", "by a person", by=User.objects.get(pk=sam.pk))
        sam.user_permissions.add(Permission.objects.get(codename=codename))
        assert live.notify(audience, "info", "by a person", by=User.objects.get(pk=sam.pk)).by == sam
    with pytest.raises(PermissionDenied):
        live.notify(live.everyone, "info", "by nobody", by=AnonymousUser())


def test_everyone_by_another_name_is_everyone() -> None:
    live.notify("everyone", "info", "Hello")  # type: ignore[arg-type]
    assert AuditEntry.objects.get().audience == "everyone"
    with pytest.raises(ValueError, match="there is no audience 'martians'"):
        live.notify("martians", "info", "Hello")  # type: ignore[arg-type]


def test_everyone_is_told_so_much_a_minute() -> None:
    for n in range(rules.MOST):
        live.notify(live.everyone, "info", f"n{n}", replace="n" if n == 0 else "")
    with pytest.raises(live.TooManyNotices, match="30 things in a minute"):
        live.notify(live.everyone, "info", "one more")
    live.notify(live.everyone, "info", "not a new one", replace="n")
    live.notify(live.staff, "info", "not everyone")
    Notice.objects.update(created=timezone.now() - rules.IN)
    live.notify(live.everyone, "info", "one more")


def test_broadcasts_are_in_the_trail() -> None:
    sam = ann(is_superuser=True)
    live.notify(live.everyone, "info", "by code")
    live.notify(live.staff, "info", "by code to some")
    live.notify(live.staff, "info", "by a person", by=sam)
    live.notify(live.everyone, "info", "twice", replace="x")
    live.notify(live.everyone, "info", "twice, and changed", replace="x")
    trail = AuditEntry.objects.order_by("pk").values_list("who", "audience", "text")
    assert list(trail) == [
        ("the site", "everyone", "by code"),
        ("ann", "staff", "by a person"),
        ("the site", "everyone", "twice"),
    ]
    sam.delete()
    assert AuditEntry.objects.filter(who="ann", by=None).count() == 1


def test_what_a_person_says_anew_is_in_the_trail_again() -> None:
    sam = ann(is_superuser=True)
    live.notify(live.staff, "info", "at noon", replace="lunch", by=sam)
    live.notify(live.staff, "info", "at one", replace="lunch", by=sam)
    assert list(AuditEntry.objects.order_by("pk").values_list("text", flat=True)) == ["at noon", "at one"]


def test_forms_do_not_use_up_what_the_site_may_say() -> None:
    for n in range(rules.MOST):
        write(everyone, "info", f"n{n}", source=Notice.Source.FORM)
    live.notify(live.everyone, "info", "one more")
    with pytest.raises(live.TooManyNotices):
        rules.check(everyone, None, sources=[Notice.Source.FORM])
