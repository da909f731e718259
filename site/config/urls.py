"""The addresses of the site."""

from functools import partial

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import get_script_prefix, include, path, re_path
from django.utils.translation import gettext as _
from django.views.defaults import page_not_found
from django.views.generic import RedirectView

from boards.lookup import NotForYou
from boards.requests import HtmxHttpRequest
from live import api, unavailable, views
from live.banners import api as banners_api
from series.ingest import formats
from tokens.authentication import authenticate_for, may_notify

urlpatterns = [
    path("", include("boards.urls")),
    path("charts/", include("gallery.urls")),
    path("", include(formats.urlpatterns())),
    path("", include("series.query_api")),
    path("api/", include(banners_api.banners(authenticate_for("banners"), partial(may_notify, "banners")))),
    path("api/", include("api.urls")),
    re_path(r"^api(?:/|$)", api.not_found),
    path("live/metrics", views.metrics(authenticate_for("metrics"))),
    path("live/", include("live.urls")),
    path("live/notices/", include("live.notices.urls")),
    path("live/banners/", include("live.banners.urls")),
    path("", include("accounts.urls")),
    path("", include("tokens.urls")),
    path("admin/", admin.site.urls),
    # What browsers ask for by themselves, on pages that name no icon.
    path("favicon.ico", RedirectView.as_view(url=static("boards/icon.svg"))),
]


def is_api(request: HttpRequest) -> bool:
    """Whether it is of a program, which reads errors in the format of the API."""
    return request.path_info.startswith("/api/")


def accepts_html(request: HttpRequest) -> bool:
    """Whether it is of a browser that shows a page: curl accepts anything, an ``<img>`` pictures."""
    return "text/html" in request.headers.get("Accept", "")


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Of the API, too, in its own format: a wrong host is refused before any view."""
    if is_api(request):
        message = "The request is malformed, or its host is not one of ALLOWED_HOSTS."
        return api.to_json(api.Refused(400, "bad_request", message))
    # A view says what it expects, to whoever typed the address: a person, or a program that shows the words.
    reason = str(exception) if isinstance(exception, BadRequest) else ""
    if reason and not accepts_html(request):
        return HttpResponse(f"{reason}\n", status=400, content_type="text/plain; charset=utf-8")
    return HttpResponseBadRequest(render_to_string("400.html", {"reason": reason}))


def handler404(request: HtmxHttpRequest, exception: Exception) -> HttpResponse:
    """Where there is no board that the visitor may see it says so, and the same whether there is one."""
    if not isinstance(exception, NotForYou):
        return page_not_found(request, exception)
    by_htmx = bool(request.htmx)
    is_page = request.method in {"GET", "HEAD"} and not by_htmx
    # Nobody comes back to what a button has sent.
    sent_from = by_htmx and request.htmx.current_url_abs_path
    page = request.get_full_path() if is_page else sent_from or get_script_prefix()
    if accepts_html(request):
        response = render(request, "boards/not_for_you.html", {"next": page})
    else:
        response = HttpResponse(_("There is no board here for you."), content_type="text/plain; charset=utf-8")
    response.status_code = 404
    # Somebody else gets the board there, and so does the same visitor, signed in.
    response.headers["Cache-Control"] = "no-store"
    # An open page that is loaded again may go: it was no proxy that said this.
    response.headers["Live-Gone"] = "1"
    if by_htmx and not request.user.is_authenticated:
        response.headers["HX-Redirect"] = redirect_to_login(page).url
    return response


def handler500(request: HttpRequest) -> HttpResponse:
    """503 while the database is busy or away."""
    return api.server_error(request) if is_api(request) else unavailable.server_error(request)
