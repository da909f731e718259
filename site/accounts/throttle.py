"""How often somebody may try to sign in. In the database, so that it holds for all processes together.

Failed attempts are counted in a window of some minutes: of one address at one account, of one address at all accounts,
and at one account from anywhere, against many who guess one password. A browser in which somebody has signed in to the
account before, known by a signed cookie, is counted by itself and by none of these: nobody can lock somebody else out
of a browser that they use. (The idea is OWASP's: "Slow Down Online Guessing Attacks with Device Cookies".)

Hashing a password takes a tenth of a second of a core, right or wrong: one at a time in each process, so that a crowd
at the door does not slow down everybody else.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import BoundedSemaphore, Lock

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import FailedSignIn
from live.client_address import address_of as address_of
from live.client_address import network

WINDOW = timedelta(minutes=10)
# Of one browser, or of one address at one account.
MAX_FAILURES = 10
MAX_FAILURES_OF_ADDRESS = 50
# From ten addresses and more: a hundred guesses in ten minutes find no password that Django's checks let through.
MAX_FAILURES_AT_ACCOUNT = 100
# Who waits for somebody else's password to be hashed keeps a thread.
MAX_WAITING = 4
BUSY_SECONDS = 2

COOKIE, COOKIE_AGE_SECONDS = f"known_browser{settings.COOKIE_SUFFIX}", 365 * 24 * 3600
SALT = "accounts.known_browser"

_waiting, _hashing = BoundedSemaphore(MAX_WAITING + 1), Lock()


class TooManyAttempts(Exception):
    """This attempt was not looked into; ``seconds`` until one will be."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@contextmanager
def one_attempt() -> Iterator[None]:
    """One at a time in this process; ``TooManyAttempts`` where a few are waiting already."""
    if not _waiting.acquire(blocking=False):
        raise TooManyAttempts(BUSY_SECONDS)
    try:
        with _hashing:
            yield
    finally:
        _waiting.release()


def limits(request: HttpRequest, username: str) -> dict[str, int]:
    """By what an attempt is counted, and how often each may fail."""
    if is_known_browser(request, username):
        return {_hash("browser", request.COOKIES[COOKIE]): MAX_FAILURES}
    address = network(address_of(request))
    return {
        _hash("account and address", f"{address} {username}"): MAX_FAILURES,
        **limits_of_address(request),
        _hash("account", username): MAX_FAILURES_AT_ACCOUNT,
    }


def limits_of_address(request: HttpRequest) -> dict[str, int]:
    """The same of an attempt that is at no account, such as a link that nobody made."""
    return {_hash("address", network(address_of(request))): MAX_FAILURES_OF_ADDRESS}


def check(allowed: dict[str, int]) -> None:
    """Raise ``TooManyAttempts`` where one of them has failed as often as it may."""
    now = timezone.now()
    failures: dict[str, list[float]] = {}
    recent = FailedSignIn.objects.filter(counted_by__in=allowed, at__gt=now - WINDOW).order_by("-at")
    for counted_by, at in recent.values_list("counted_by", "at"):
        failures.setdefault(counted_by, []).append((at + WINDOW - now).total_seconds())
    # The oldest of as many as may be: when it is forgotten, there may be one more.
    waits = [ends[allowed[name] - 1] for name, ends in failures.items() if len(ends) >= allowed[name]]
    if waits:
        raise TooManyAttempts(int(max(waits)) + 1)


def count_failure(allowed: dict[str, int]) -> None:
    """Remember it, and forget old ones."""
    now = timezone.now()
    FailedSignIn.objects.filter(at__lte=now - WINDOW).delete()
    FailedSignIn.objects.bulk_create(FailedSignIn(counted_by=name, at=now) for name in allowed)


def known_browser(username: str) -> str:
    """The cookie of a browser in which somebody has signed in to this account. Each time another one."""
    return signing.TimestampSigner(salt=SALT).sign(_hash("account", username))


def is_known_browser(request: HttpRequest, username: str) -> bool:
    """Whether somebody has signed in to this account with this browser."""
    try:
        cookie = request.COOKIES.get(COOKIE, "")
        return signing.TimestampSigner(salt=SALT).unsign(cookie, COOKIE_AGE_SECONDS) == _hash("account", username)
    except (signing.BadSignature, UnicodeError):
        return False


def words(seconds: int) -> str:
    """What somebody reads who has to wait."""
    if seconds < 60:
        return _("Too many people are signing in just now, or too many attempts failed. Try again in a moment.")
    minutes = -(-seconds // 60)
    text = ngettext(
        "Too many attempts failed. Try again in %(minutes)d minute.",
        "Too many attempts failed. Try again in %(minutes)d minutes.",
        minutes,
    )
    return text % {"minutes": minutes}


def _hash(kind: str, text: str) -> str:
    return hashlib.sha256(f"{kind}:{text}".encode(errors="surrogatepass")).hexdigest()
