"""A page that lacks its last part looks right, and is out of date for ever: nobody would notice. And what a page's htmx
asks for is for the same tenant, or whatever ``{% live_context %}`` says on the page.

The app adds this middleware to ``MIDDLEWARE`` itself, as the outermost.
"""

import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from inspect import iscoroutinefunction
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.utils.decorators import sync_and_async_middleware

from live.debug.response import inspect
from live.keys import FragmentError
from live.page.page import Page
from live.page.token import BadPage, verify_values
from live.rendering.context import requested_with
from live.rendering.placement import misplaced_on_page
from live.rendering.strict import is_strict

logger = logging.getLogger(__name__)

# With what Django answers a view that has raised, beside 500: it has not come to the end of its page.
RAISED = {400, 403, 404}


@sync_and_async_middleware
def complete_pages(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """A page with ``{% live_head %}`` and fragments and no ``{% live_page %}`` is an error where it is strict, and
    elsewhere a line in the log. Where it is strict, so is a fragment that no browser leaves where it is. With ``DEBUG``
    the page says what else will not work: ``live.debug.response``."""
    if iscoroutinefunction(get_response):
        respond = cast(Callable[[HttpRequest], Awaitable[HttpResponse]], get_response)

        async def asynchronous(request: HttpRequest) -> HttpResponse:
            try:
                of_page = _of_page(request)
            except BadPage as error:
                return HttpResponseBadRequest(str(error), content_type="text/plain")
            with of_page:
                response = await respond(request)
            _check(request, response)
            return response

        return asynchronous

    def synchronous(request: HttpRequest) -> HttpResponse:
        try:
            of_page = _of_page(request)
        except BadPage as error:
            return HttpResponseBadRequest(str(error), content_type="text/plain")
        with of_page:
            response: HttpResponse = get_response(request)
        _check(request, response)
        return response

    return synchronous


def _of_page(request: HttpRequest) -> AbstractContextManager[None]:
    """What the page is for that has sent the request, as its script says. ``BadPage`` for what no page of ours says."""
    text = request.META.get("HTTP_LIVE_CONTEXT")
    return requested_with(verify_values(text, request.get_host())) if text else nullcontext()


def _check(request: HttpRequest, response: HttpResponse) -> None:
    if settings.DEBUG:
        inspect(request, response)
    page: Page | None = getattr(request, "live_page", None)
    if page is not None and page.is_signed and request.method == "GET" and "HX-Boosted" in request.headers:
        # Its document is one without our scripts: in ours nothing is boosted (boost.js).
        response["HX-Redirect"] = request.get_full_path()
    if page is None or not page.roots or not hasattr(request, "live_head"):
        return
    if response.status_code in RAISED or response.status_code >= 500:
        return
    match = request.resolver_match
    view = match.view_name if match else request.path
    if is_strict() and not response.streaming and not response.has_header("Content-Encoding"):
        problems = misplaced_on_page(response.content.decode(response.charset, "replace"))
        if problems:
            raise FragmentError("\n".join(f"on the page of {view}, {problem}" for problem in problems))
    if page.is_signed:
        return
    problem = (
        f"the page of {view} has fragments and no {{% live_page %}}, so nothing on it is brought up to date. Put"
        " {% live_page %} last in its body"
    )
    if is_strict():
        raise FragmentError(problem)
    _log_once(problem)


@cache
def _log_once(problem: str) -> None:
    logger.warning(problem)
