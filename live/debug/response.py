"""What will not work on a page, said on the page itself: with ``DEBUG``, each response is looked at as it leaves.

Everything here looks right on the first paint, and would be noticed by its users: a page that is never brought up to
date, or is only by polling; one that is old when somebody goes back to it; a script that is not there.
"""

import logging
import re
import sys
from collections.abc import Callable, Iterator
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import ImproperlyConfigured
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from live.page.page import Page

logger = logging.getLogger(__name__)

LINKED = re.compile(r"<(?:script|link|img)\b[^>]*?\s(?:src|href)=[\"']?([^\"'\s>]+)", re.IGNORECASE)
# htmx itself, under the names by which it is known: not its extensions, and no script of a project that is about it.
HTMX = re.compile(
    r"^htmx(?:-?[\d.]+)?(?:\.org)?(?:@[\d.]+)?(?:\.esm|\.amd|\.cjs)?(?:\.min)?(?:\.[0-9a-f]{12})?(?:\.js)?$"
)
# A fragment, or the cursor of a feed.
ELEMENT = re.compile(r'<[\w-]+ id="([\w-]+)"[^>]*? data-version="')
END = re.compile(r"</body\s*>", re.IGNORECASE)


def inspect(request: HttpRequest, response: HttpResponse) -> None:
    """Say on the page, and in the log, what will not work on it. Pages that are not live are left alone."""
    page: Page | None = getattr(request, "live_page", None)
    is_page = response.status_code == 200 and response.get("Content-Type", "").startswith("text/html")
    # A page may have none but fragments that it has from a cache.
    checks = CHECKS if page is not None and page.roots else (_cached,) if hasattr(request, "live_head") else ()
    if not checks or not is_page or response.streaming or "HX-Request" in request.headers:
        return
    encoded = response.has_header("Content-Encoding")
    html = "" if encoded else response.content.decode(response.charset, "replace")
    problems = [problem for check in checks for problem in check(request, response, html)]
    if not problems:
        return
    for problem in problems:
        logger.warning("of the page %s: %s", request.path, problem)
    if encoded:
        return
    strip = render_to_string("live/debug/strip.html", {"problems": problems})
    end = max((match.start() for match in END.finditer(html)), default=len(html))
    response.content = (html[:end] + strip + html[end:]).encode(response.charset, "xmlcharrefreplace")
    if response.has_header("Content-Length"):
        response["Content-Length"] = str(len(response.content))


def _parts(request: HttpRequest, response: HttpResponse, html: str) -> Iterator[str]:
    has_head, has_end = hasattr(request, "live_head"), request.live_page.is_signed  # type: ignore[attr-defined]
    if has_end and not has_head:
        yield "It has fragments and no {% live_head %}: without that script it stays as it is. Put it into the <head>."
    elif html.count('<div id="live" ') > 1:
        yield "{% live_page %} is there twice: only the first one is heard. Leave out the other."
    elif has_head and not has_end:
        yield "It has fragments and no {% live_page %}: nothing on it is brought up to date. Put it last in the <body>."
    # Without both it is a page that is not to be live.


def _cached(request: HttpRequest, response: HttpResponse, html: str) -> Iterator[str]:
    page: Page | None = getattr(request, "live_page", None)
    known = page.elements if page is not None else frozenset[str]()
    unknown = [id for id in dict.fromkeys(ELEMENT.findall(html)) if id not in known]
    if unknown:
        yield f"#{unknown[0]} is as it was once, and stays so: put no {{% live %}} into a {{% cache %}}."


def _htmx(request: HttpRequest, response: HttpResponse, html: str) -> Iterator[str]:
    named = [address for address in LINKED.findall(html) if _is_htmx(urlsplit(address).path)]
    if len(named) > 1:
        yield f"htmx is loaded twice, as {' and '.join(named)}: with your own, say {{% live_head htmx=False %}}."


def _is_htmx(path: str) -> bool:
    *folders, name = path.split("/")
    # As unpkg has it, htmx.org@2.0.4 or htmx.org@2.0.4/dist/htmx.min.js; extensions are in folders of their own.
    return HTMX.match(name) is not None and "ext" not in folders


def _static_files(request: HttpRequest, response: HttpResponse, html: str) -> Iterator[str]:
    base = urlsplit(settings.STATIC_URL or "")
    for address in dict.fromkeys(LINKED.findall(html)):
        parts = urlsplit(address)
        if base.path.strip("/") and parts.netloc in ("", base.netloc) and parts.path.startswith(base.path):
            path = unquote(parts.path.removeprefix(base.path))
            if not _exists(path):
                yield f"{address} is a 404: no static file is called {path}."


def _exists(path: str) -> bool:
    """Where it is found while somebody develops, or where ``collectstatic`` has put it."""
    if finders.find(path):
        return True
    try:
        return staticfiles_storage.exists(path)
    except (ImproperlyConfigured, NotImplementedError, OSError, ValueError):  # there is no such folder
        return False


def _socket(request: HttpRequest, response: HttpResponse, html: str) -> Iterator[str]:
    if not hasattr(request, "live_head"):
        return
    if not isinstance(request, ASGIRequest):
        yield "This server has no WebSockets (it speaks WSGI): the page asks every 4 s. Run manage.py serve."
    elif not getattr(sys.modules.get("live.socket.routing"), "is_routed", False):
        name = getattr(settings, "ASGI_APPLICATION", None) or "your ASGI application"
        yield f"Nothing answers at its socket: {name} is without with_live() of live.socket.routing."


def _never_cache(request: HttpRequest, response: HttpResponse, html: str) -> Iterator[str]:
    if "no-store" not in response.get("Cache-Control", ""):
        yield "Its view is not never_cache: who comes back to it by the browser's history sees it as it was."


CHECKS: tuple[Callable[[HttpRequest, HttpResponse, str], Iterator[str]], ...] = (
    _parts,
    _cached,
    _htmx,
    _static_files,
    _socket,
    _never_cache,
)
