"""What a request says of its sender and page, and where its response leads back to."""

from django.http import HttpRequest, HttpResponseRedirect
from django.urls import get_script_prefix
from django.utils.http import url_has_allowed_host_and_scheme

from live.notices.recipient_kinds import Recipients, person
from live.page.access import visitor


def wants_partial(request: HttpRequest) -> bool:
    """Whether htmx wants a part of a page, and not a page."""
    return request.headers.get("HX-Request") == "true" and "HX-Boosted" not in request.headers


def shows_notices(request: HttpRequest) -> bool:
    """Whether the page that htmx asks for has a region for notices, and takes them with the response: our script
    adds this header."""
    return wants_partial(request) and request.headers.get("Live-Notices") == "1"


def remembered_person(request: HttpRequest) -> Recipients | None:
    """Who sent the request. A visitor gets a session for it; None where the project has no sessions."""
    if person(visitor(request)) is None and hasattr(request, "session"):
        request.session.create()
    return person(visitor(request))


def redirect_back(request: HttpRequest) -> HttpResponseRedirect:
    """To the page they came from, if it is one of this site."""
    page = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(page if ours else get_script_prefix())
