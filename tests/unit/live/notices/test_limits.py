"""How often everyone may be notified."""

import pytest
from django.utils import timezone

from live.notices import TooManyNotices, limits, notify, staff
from live.notices.models import Notice
from live.notices.recipient_kinds import everyone
from live.notices.sending import send

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


def test_everyone_gets_so_many_a_minute() -> None:
    for n in range(limits.MAX_TO_EVERYONE):
        notify(everyone, "info", f"n{n}", replace="n" if n == 0 else "")
    with pytest.raises(TooManyNotices, match="30 notices in a minute"):
        notify(everyone, "info", "one more")
    notify(everyone, "info", "not a new one", replace="n")
    notify(staff, "info", "not everyone")
    Notice.objects.update(created=timezone.now() - limits.PERIOD)
    notify(everyone, "info", "one more")


def test_forms_do_not_use_up_what_the_site_may_send() -> None:
    for n in range(limits.MAX_TO_EVERYONE):
        send(everyone, "info", f"n{n}", source=Notice.Source.FORM)
    notify(everyone, "info", "one more")
    with pytest.raises(TooManyNotices):
        limits.check_rate(everyone, sources=[Notice.Source.FORM])
