"""Which people may notify whom."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group, Permission, User
from django.core.exceptions import PermissionDenied

from live.notices import group, notify, staff, user
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
