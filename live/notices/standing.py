"""What a page has to say when it is loaded: messages of views that nobody has shown yet, and what is sticky."""

from collections.abc import Collection

from django.contrib.messages import get_messages
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from live.notices.audiences import Audience, AudienceError, person, roles
from live.notices.models import Notice
from live.notices.storage import LiveStorage, of_message
from live.page.access import User

# More than this many nobody reads; the newest are shown.
MOST = 20
# Whose audiences a user's roles name; others have to be asked.
ROLES = ("everyone", "signed_in", "staff")
ROLES_OF = ("group:", "user:", "session:")


def sticky(user: User, showing: Collection[str]) -> list[Notice]:
    """The notices that stay, for this user on a page that shows fragments with these DOM ids; the oldest first."""
    to = person(user)
    mine = [*roles(user), *([str(to)] if to else [])]
    others = ~Q(audience__in=ROLES)
    for kind in ROLES_OF:
        others &= ~Q(audience__startswith=kind)
    found = Notice.objects.filter(Q(audience__in=mine) | others, sticky=True, expires__gt=timezone.now())
    if to is not None:
        found = found.exclude(dismissals__person=str(to))
    included = dict.fromkeys(mine, True)
    shown: list[Notice] = []
    for notice in found.order_by("-pk").iterator(chunk_size=200):
        if notice.audience not in included:
            included[notice.audience] = _includes(notice.audience, user, showing)
        if included[notice.audience]:
            shown.append(notice)
        if len(shown) == MOST:
            break
    return shown[::-1]


def pending(request: HttpRequest) -> list[Notice]:
    """The messages of this request and of those before it, unless the page has shown them by itself. Each once."""
    storage = get_messages(request)
    if getattr(storage, "used", True):
        return []
    if isinstance(storage, LiveStorage):
        return storage.notices()
    return [of_message(message) for message in storage]


def _includes(audience: str, user: User, showing: Collection[str]) -> bool:
    try:
        to = Audience.parse(audience)
    except AudienceError:  # of an app that is not installed any more
        return False
    place = to.place
    return (place is None or place.element in showing) and to.includes(user)
