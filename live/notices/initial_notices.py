"""The notices of a page that is loaded: messages of views that nobody has shown yet, and what is sticky."""

from collections.abc import Collection
from datetime import datetime
from functools import cache

from django.contrib.messages import get_messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from live import moments
from live.notices.models import Notice
from live.notices.recipient_kinds import KINDS_BY_ACCOUNT, person, roles
from live.notices.storage import LiveStorage, of_message
from live.page.access import User

# More than this many nobody reads; the newest are shown.
MAX_STICKY_NOTICES = 20


def sticky(user: User, showing: Collection[str]) -> list[Notice]:
    """The notices that stay, for this user on a page that shows fragments with these DOM ids; the oldest first."""
    now = moments.now()
    if next(iter(_last_to_expire().all()), now) <= now:  # on most pages: nothing else need be asked
        return []
    sticky = Notice.objects.filter(sticky=True, expires__gt=now)
    to = person(user)
    mine = [*roles(user), *([to] if to else [])]
    others = Q()
    for kind in KINDS_BY_ACCOUNT:
        others &= ~Q(recipients=kind) & ~Q(recipients__startswith=f"{kind}:")
    notices = sticky.filter(Q(recipients__in=mine) | others)
    if to is not None:
        notices = notices.exclude(dismissals__person=to)
    included = dict.fromkeys(mine, True)
    shown: list[Notice] = []
    for notice in notices.order_by("-pk").iterator(chunk_size=200):
        recipients = notice.recipients
        if recipients not in included:
            key = recipients.viewers_of
            included[recipients] = (key is None or key.element in showing) and recipients.includes(user)
        if included[recipients]:
            shown.append(notice)
        if len(shown) == MAX_STICKY_NOTICES:
            break
    return shown[::-1]


@cache
def _last_to_expire() -> QuerySet[Notice, datetime]:
    """Made once, as each page asks."""
    return Notice.objects.filter(sticky=True).order_by("-expires").values_list("expires", flat=True)[:1]


def pending(request: HttpRequest) -> list[Notice]:
    """The messages of this request and of those before it, unless the page has shown them by itself. Each once."""
    storage = get_messages(request)
    if getattr(storage, "used", True):
        return []
    if isinstance(storage, LiveStorage):
        return storage.notices()
    return [of_message(message) for message in storage]
