"""Django's own check of name and password, not more often than ``accounts.throttle`` allows.

Here, and not in a form: whatever signs somebody in asks this, the admin's own page, too.
"""

import logging
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from prometheus_client import Counter

from accounts import throttle
from live.limited_log import LimitedLog

logger = logging.getLogger(__name__)
SIGN_INS = Counter("accounts_sign_ins", "Attempts to sign in with a password.", ["outcome"])

limited_log = LimitedLog(logger)


class ThrottledBackend(ModelBackend):
    """Names and passwords of Django's users."""

    def authenticate(  # type: ignore[override]
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> AbstractBaseUser | None:
        """The user, or None. Raises ``ValidationError``, which a form shows, where there were too many attempts; the
        response is 429 then (``accounts.middleware``). Without a request it is our own code that asks: not counted.
        """
        if request is None or username is None or password is None:
            return super().authenticate(request, username, password, **kwargs)
        allowed = throttle.limits(request, username)
        try:
            with throttle.one_attempt():
                throttle.check(allowed)
                user = super().authenticate(request, username, password, **kwargs)
                if user is None:
                    throttle.count_failure(allowed)
        except throttle.TooManyAttempts as error:
            request.sign_in_wait_seconds = error.seconds  # type: ignore[attr-defined]
            _report("throttled", "sign-ins are refused for a while: there were too many wrong ones, from %s", request)
            raise ValidationError(throttle.words(error.seconds), code="throttled") from None
        if user is None:
            _report("failed", "a sign-in failed: wrong name or password, from %s", request)
        else:
            SIGN_INS.labels("succeeded").inc()
            request.signed_in_as = username  # type: ignore[attr-defined]
        return user


def _report(outcome: str, words: str, request: HttpRequest) -> None:
    SIGN_INS.labels(outcome).inc()
    limited_log.warning(words, throttle.address_of(request))
