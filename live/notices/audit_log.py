"""The audit log: who sent what to whom, and did what to a banner."""

from django.utils.translation import gettext as _

from live.notices.models import AuditEntry
from live.notices.recipient_kinds import Recipients
from live.page.access import User


def record(action: str, recipients: Recipients, text: str, *, by: User | None = None, who: str = "") -> AuditEntry:
    """Write down who did what. ``who`` names a token or a command where there is no user."""
    known = by is not None and by.pk is not None
    return AuditEntry.objects.create(
        by_id=by.pk if known and by else None,
        who=(who or (str(by) if known else _("the site")))[:200],
        action=action,
        recipients=recipients,
        text=text,
    )
