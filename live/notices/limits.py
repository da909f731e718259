"""How often everyone may be notified."""

from collections.abc import Collection
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from live.notices.models import Notice
from live.notices.recipient_kinds import Recipients, everyone

# Notices to everyone, of the whole site, in so much time. An update of one that is there does not count.
MAX_TO_EVERYONE, PERIOD = 30, timedelta(minutes=1)
COUNTED_SOURCES = (Notice.Source.CODE, Notice.Source.STAFF)


class TooManyNotices(Exception):
    """Everyone has been sent enough for a while; the message says how much that is."""


def check_rate(recipients: Recipients, *, sources: Collection[str] = COUNTED_SOURCES) -> None:
    """``TooManyNotices`` where one more to these recipients is too many.

    Only what comes from ``sources`` counts: forms, which anybody may send, must not use up what the site may send.
    """
    if recipients != everyone:
        return
    since = timezone.now() - PERIOD
    sent = Notice.objects.filter(recipients=everyone, created__gt=since, source__in=sources)
    if sent.count() >= MAX_TO_EVERYONE:
        raise TooManyNotices(
            _("Everyone has been sent %(count)d notices in a minute; wait a little.") % {"count": MAX_TO_EVERYONE}
        )
