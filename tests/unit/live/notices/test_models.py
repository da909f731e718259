"""The audit log: what is written into it, and under whose name."""

from typing import Any

import pytest
from django.contrib.auth.models import User

from live.notices import notify, staff
from live.notices.models import AuditEntry
from live.notices.recipient_kinds import everyone

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


def ann(**given: Any) -> User:
    return User.objects.create_user("ann", **given)


def test_everyone_as_text_is_everyone() -> None:
    notify("everyone", "info", "Hello")  # type: ignore[arg-type]
    assert str(AuditEntry.objects.get().recipients) == "everyone"
    with pytest.raises(ValueError, match="there are no recipients 'martians'"):
        notify("martians", "info", "Hello")  # type: ignore[arg-type]


def test_what_people_send_and_what_goes_to_everyone_is_recorded() -> None:
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


def test_what_a_person_sends_again_is_recorded_again() -> None:
    sam = ann(is_superuser=True)
    notify(staff, "info", "at noon", replace="lunch", by=sam)
    notify(staff, "info", "at one", replace="lunch", by=sam)
    assert list(AuditEntry.objects.order_by("pk").values_list("text", flat=True)) == ["at noon", "at one"]
