"""Which people may notify whom. Code may notify everybody."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from live.notices.recipient_kinds import Recipients, choices
from live.page.access import User


def permission_for(recipients: Recipients) -> str:
    """The permission that a person needs to notify them."""
    which = {"everyone": "everyone", "user": "user", "session": "user"}.get(recipients.kind, "some")
    return f"live_notices.notify_{which}"


def may_notify(user: User, recipients: Recipients) -> bool:
    """Whether that person may notify them."""
    return user.has_perm(permission_for(recipients))  # type: ignore[union-attr]


def check_permission(user: User, recipients: Recipients) -> None:
    """``PermissionDenied`` where that person may not notify them."""
    if not may_notify(user, recipients):
        raise PermissionDenied(_("You may not send notices to: %(recipients)s") % {"recipients": recipients.label})


def recipients_choices(user: User | None) -> list[tuple[str, str]]:
    """Those whom the user may notify, all without a user, as ``(stored, label)`` for a form."""
    return [(str(recipients), label) for recipients, label in choices() if user is None or may_notify(user, recipients)]
