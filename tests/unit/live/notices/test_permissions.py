"""Which people may notify whom, and how often everyone may be notified."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group, Permission, User
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from live.notices import TooManyNotices, group, notify, permissions, send, staff, user
from live.notices.models import Notice
from live.notices.recipient_kinds import everyone

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


def ann(**given: Any) -> User:
    return User.objects.create_user("ann", **given)


def test_code_may_notify_everybody_and_a_person_whom_they_may() -> None:
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


def test_everyone_gets_so_many_a_minute() -> None:
    for n in range(permissions.MAX_TO_EVERYONE):
        notify(everyone, "info", f"n{n}", replace="n" if n == 0 else "")
    with pytest.raises(TooManyNotices, match="30 notices in a minute"):
        notify(everyone, "info", "one more")
    notify(everyone, "info", "not a new one", replace="n")
    notify(staff, "info", "not everyone")
    Notice.objects.update(created=timezone.now() - permissions.PERIOD)
    notify(everyone, "info", "one more")


def test_forms_do_not_use_up_what_the_site_may_send() -> None:
    for n in range(permissions.MAX_TO_EVERYONE):
        send(everyone, "info", f"n{n}", source=Notice.Source.FORM)
    notify(everyone, "info", "one more")
    with pytest.raises(TooManyNotices):
        permissions.check_rate(everyone, sources=[Notice.Source.FORM])
