"""The database is busy or away: how that is recognised, said in the log, and counted.

There may be a thousand requests a second meanwhile, and each says the same.
"""

import logging

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from live import metrics
from live.limited_log import LimitedLog, mark_logged

logger = logging.getLogger(__name__)

# Until somebody should try again.
RETRY_AFTER_SECONDS = 5

limited_log = LimitedLog(logger)


def is_unavailable(error: BaseException | None) -> bool:
    """Whether it says that the database is locked, full, away, or has no connection left."""
    return isinstance(error, OperationalError | InterfaceError)


def report(request: HttpRequest, response: HttpResponse, error: BaseException | None) -> None:
    """Count a request that is answered 503 because of that; the first of a minute is logged, with the reason."""
    metrics.unavailable.inc()
    mark_logged(response)
    more = limited_log.next("unavailable")
    if more is not None:
        reason = " ".join(str(error).split())
        words = "the database is busy or away (%s): %s %s is answered 503%s"
        logger.error(words, reason, request.method, request.path[:200], more)
