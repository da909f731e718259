"""Who may tell whom, how often everyone is told, and the trail of it."""

from collections.abc import Collection
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _

from live.notices.audiences import Audience, everyone
from live.notices.models import AuditEntry, Notice
from live.page.access import User

# Notices to everyone, of the whole site, in so much time. An update of one that is there does not count.
MOST, IN = 30, timedelta(minutes=1)
TOLD = (Notice.Source.CODE, Notice.Source.STAFF)


class TooManyNotices(Exception):
    """Everyone has been told enough for a while; the message says until when."""


def permission_for(audience: Audience) -> str:
    """The permission that a person needs to tell that audience."""
    which = {"everyone": "everyone", "user": "user", "session": "user"}.get(audience.kind, "some")
    return f"live_notices.notify_{which}"


def may_tell(user: User, audience: Audience) -> bool:
    """Whether that person may tell that audience."""
    return user.has_perm(permission_for(audience))  # type: ignore[union-attr]


def check(audience: Audience, by: User | None, *, new: bool = True, sources: Collection[str] = TOLD) -> None:
    """``PermissionDenied`` or ``TooManyNotices`` where this may not be said. Code (no ``by``) may tell everybody.

    Only what comes from ``sources`` counts: forms, which anybody may send, must not use up what the site may say.
    """
    if by is not None and not may_tell(by, audience):
        raise PermissionDenied(_("You may not send notices to: %(audience)s") % {"audience": audience.label})
    if new and audience == everyone:
        since = timezone.now() - IN
        told = Notice.objects.filter(audience=str(everyone), created__gt=since, source__in=sources)
        if told.count() >= MOST:
            raise TooManyNotices(
                _("Everyone has been told %(count)d things in a minute; wait a little.") % {"count": MOST}
            )


def audit(action: str, audience: Audience, text: str, *, by: User | None = None, who: str = "") -> AuditEntry:
    """Write down who did what. ``who`` names a token or a command where there is no user."""
    known = by is not None and by.pk is not None
    return AuditEntry.objects.create(
        by_id=by.pk if known and by else None,
        who=(who or (str(by) if known else _("the site")))[:200],
        action=action,
        audience=str(audience),
        text=text,
    )
