"""Whether a notice may be sent: whom a person may notify, and how often everyone is. Code may notify everybody."""

from collections.abc import Collection
from datetime import timedelta

from django import forms
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from live import moments
from live.notices.models import Notice
from live.notices.recipient_kinds import Recipients, choices, everyone
from live.page.access import User

# Notices to everyone, of the whole site, in so much time. An update of one that is there does not count.
MAX_TO_EVERYONE, PERIOD = 30, timedelta(minutes=1)
COUNTED_SOURCES = (Notice.Source.CODE, Notice.Source.STAFF)


class TooManyNotices(Exception):
    """Everyone has been sent enough for a while; the message says how much that is."""


def may_notify(user: User, recipients: Recipients) -> bool:
    """Whether that person may notify them."""
    which = {"everyone": "everyone", "user": "user", "session": "user"}.get(recipients.kind, "some")
    return user.has_perm(f"live_notices.notify_{which}")  # type: ignore[union-attr]


def check_permission(user: User, recipients: Recipients) -> None:
    """``PermissionDenied`` where that person may not notify them."""
    if not may_notify(user, recipients):
        raise PermissionDenied(_("You may not send notices to: %(recipients)s") % {"recipients": recipients.label})


def recipients_field(user: User, current: Recipients | None = None) -> forms.ChoiceField:
    """For a form: those whom the user may notify, and the current ones, whoever they are."""
    offered = {str(recipients): label for recipients, label in choices() if may_notify(user, recipients)}
    if current is not None:
        offered.setdefault(str(current), current.label)
    return forms.ChoiceField(label=_("Recipients"), choices=[*offered.items()], initial=str(everyone))


def check_rate(recipients: Recipients, *, sources: Collection[str] = COUNTED_SOURCES) -> None:
    """``TooManyNotices`` where one more to these recipients is too many.

    Only what comes from ``sources`` counts: forms, which anybody may send, must not use up what the site may send.
    """
    if recipients != everyone:
        return
    since = moments.now() - PERIOD
    sent = Notice.objects.filter(recipients=everyone, created__gt=since, source__in=sources)
    if sent.count() >= MAX_TO_EVERYONE:
        words = _("Everyone has been sent %(count)d notices in a minute; wait a little.")
        raise TooManyNotices(words % {"count": MAX_TO_EVERYONE})
