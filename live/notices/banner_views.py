"""Putting a banner away: a plain form, which htmx sends without a new page."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseForbidden, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from live.notices import audiences, fragments
from live.notices.audiences import AudienceError
from live.notices.models import Banner, Dismissal
from live.notices.schedule import is_over
from live.page.access import User, visitor
from live.rendering.tree import html_of


@require_POST
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    """Put it away for this person, on all their pages: those that are open follow within two seconds."""
    user = visitor(request)
    banner = get_object_or_404(Banner, pk=pk)
    place = _place(banner, user)
    if not banner.dismissible and not is_over(banner, timezone.now()):
        return HttpResponseForbidden(_("An outage stays until it is over."), content_type="text/plain")
    person = audiences.person(user)
    if person is None:
        # Somebody whom we are to know again needs a session.
        request.session.create()
        person = audiences.person(visitor(request))
        Dismissal.objects.get_or_create(person=str(person), banner=banner)
        # The open page's socket is nobody's: it has to be made anew, with the session.
        return HttpResponse(headers={"HX-Refresh": "true"}) if _by_htmx(request) else _back(request)
    Dismissal.objects.get_or_create(person=str(person), banner=banner)
    if not _by_htmx(request):
        return _back(request)
    keys = [each.key(place=place, audience=fragments.seen_now_by(user)) for each in SHOWN]
    said = render_to_string("live/notices/banners.html#dismissed", {"banner": banner, "said": said_id(place)})
    return HttpResponse(html_of(*keys) + said)


SHOWN = (fragments.banners, fragments.banner_news)


def said_id(place: str) -> str:
    """The element beside a place's banners that says what was put away, and takes the focus of the button."""
    return f"{fragments.banners.key(place=place).element}-said"


def _place(banner: Banner, user: User) -> str:
    """Where it is shown; ``Http404`` for whom it is not."""
    try:
        if banner.to.includes(user):
            return banner.audience if banner.to.place else fragments.EVERYWHERE
    except AudienceError:  # of an app that is not installed any more
        pass
    raise Http404


def _by_htmx(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _back(request: HttpRequest) -> HttpResponse:
    """To the page they came from, if it is one of this site."""
    page = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(page if ours else get_script_prefix())
