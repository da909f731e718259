"""What a person is answered while the database is busy or away: 503, with words, and a page that asks again by itself.

    # urls.py
    handler500 = "live.unavailable.server_error"

Django calls that handler for what nobody has caught, be it in a view, in a template or in a middleware, such as the
one that reads the session. So it is one place for all of them, and it asks the database for nothing.
"""

import random
import sys

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views import defaults

from live import database_errors
from live.database_errors import RETRY_AFTER_SECONDS


def server_error(request: HttpRequest) -> HttpResponse:
    """``handler500``: 503 where the error is that the database is busy or away, and otherwise what Django does."""
    error = sys.exc_info()[1]
    if not database_errors.is_unavailable(error):
        return defaults.server_error(request)
    response = _response(request)
    response.status_code = 503
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    response.headers["Cache-Control"] = "no-store"
    database_errors.report(request, response, error)
    return response


def _response(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request"):
        words = _("The database is busy or cannot be reached.")
        if request.method != "GET":
            words += " " + _("What you sent was probably not saved. Send it again.")
        return HttpResponse(words, content_type="text/plain; charset=utf-8")
    context = {}
    if request.method in {"GET", "HEAD"}:
        # Not all at the same moment: they may be many, and the reason may be that they are. A form that was sent is not
        # asked for again: only the page before has what was entered.
        context["seconds"] = random.randint(RETRY_AFTER_SECONDS - 2, RETRY_AFTER_SECONDS + 3)
    return HttpResponse(render_to_string("live/unavailable.html", context))
