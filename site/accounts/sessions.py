"""Sessions: how they go on, and how they end.

Django's sessions end two weeks after they were last saved, and are saved when something in them changes. A page that
stays open, such as a board on a wall, changes nothing. So every request of somebody who is signed in renews their
session once it is ``RENEW_SECONDS`` old (``accounts.middleware``), in the database and as a cookie, and an open page
asks for that as often (``templates/accounts/session.html``). Whoever was deactivated is not signed in any more, and a
session that was deleted is not made again.
"""

import logging
import time
from datetime import datetime, timedelta
from importlib import import_module

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.base import SessionBase
from django.db import DatabaseError
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import Invitation, Person
from live.hub.hub import Hub

logger = logging.getLogger(__name__)

# A hub runs its tasks while somebody watches; so more often than once a day, in which nobody might. There is an index.
CLEAR_SECONDS = 3600.0
# What a page that stays open costs: so often one request and two rows.
RENEW_SECONDS = 900
# Before the end of a session that cannot be renewed its page says so.
WARN = timedelta(days=1)
# In a session: when it was renewed, in seconds since the epoch.
RENEWED = "renewed"


async def clear_expired(hub: Hub) -> None:
    """A periodic task: sessions that have expired are deleted, as ``manage.py clearsessions`` does it; invitations,
    too."""
    await hub.ask_database(_clear_expired)


def _clear_expired() -> None:
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    Invitation.objects.expired().delete()


def begin(sender: object, request: HttpRequest, user: User, **kwargs: object) -> None:
    """Somebody has signed in, and their session is saved with this response."""
    request.session[RENEWED] = _now()
    Person.objects.update_or_create(user=user, defaults={"last_seen": timezone.now()})


def connect() -> None:
    """At the start."""
    user_logged_in.connect(begin, dispatch_uid="accounts.sessions.begin")


def renew(request: HttpRequest) -> None:
    """Have this session saved again, with a new end and a new cookie, if it is time to and somebody is signed in.

    A page that only reads needs no database that takes writes: where it takes none now, the next request renews.
    """
    session = request.session
    # What no view has looked at is not loaded for this: requests of programs, pictures.
    if not session.accessed or SESSION_KEY not in session:
        return
    if 0 <= _now() - session.get(RENEWED, 0) < RENEW_SECONDS or not request.user.is_authenticated:
        return
    try:
        Person.objects.update_or_create(user_id=request.user.pk, defaults={"last_seen": timezone.now()})
    except DatabaseError as error:
        logger.warning("a session was not renewed, and is by the next request: %s", error)
    else:
        session[RENEWED] = _now()


def fixed_end(session: SessionBase) -> datetime | None:
    """When this session ends, if that is within a day and it cannot be renewed: somebody has set its end
    (``set_expiry``), as a sign-in by another service may. One that also ends with the browser has no such moment."""
    now = timezone.now()
    end = session.get_expiry_date(modification=now)
    moves = end != session.get_expiry_date(modification=now + WARN)
    return None if moves or end > now + WARN else end


def end_all(user: User) -> None:
    """Sign somebody out of all browsers; their open pages end within seconds. It reads all sessions: whose each is
    stands inside of it."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    rows = store.get_model_class().objects.filter(expire_date__gt=timezone.now())
    for row in rows.iterator():
        if row.get_decoded().get(SESSION_KEY) == str(user.pk):
            store(row.session_key).delete()


def _now() -> int:
    return int(time.time())
