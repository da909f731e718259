"""The database is busy or away: how that is recognised, said in the log, and counted.

There may be a thousand requests a second meanwhile, and each says the same.
"""

import logging
import threading
import time

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from live import metrics

logger = logging.getLogger(__name__)

LOG_SECONDS = 60.0
# Until somebody should try again.
RETRY_AFTER_SECONDS = 5

_lock = threading.Lock()
_next_log = 0.0
_not_logged = 0


def is_unavailable(error: BaseException | None) -> bool:
    """Whether it says that the database is locked, full, away, or has no connection left."""
    return isinstance(error, OperationalError | InterfaceError)


def report(request: HttpRequest, response: HttpResponse, error: BaseException | None) -> None:
    """Count a request that is answered 503 because of that; the first of a minute is logged, with the reason."""
    global _next_log, _not_logged
    metrics.unavailable.inc()
    # Django would log each of them, too.
    response._has_been_logged = True  # type: ignore[attr-defined]
    with _lock:
        now = time.monotonic()
        if now < _next_log:
            _not_logged += 1
            return
        before, _not_logged, _next_log = _not_logged, 0, now + LOG_SECONDS
    reason = " ".join(str(error).split())
    words = "the database is busy or away (%s): %s %s is answered 503, as were %d requests since this was last logged"
    logger.error(words, reason, request.method, request.path, before)
