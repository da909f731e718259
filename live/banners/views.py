"""Dismissing a banner: a plain form, which htmx sends without a new page."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseForbidden
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from live import moments
from live.banners import fragments
from live.banners.models import Banner, Dismissal
from live.banners.schedule import is_over
from live.notices import person, redirect_back, remembered_person, wants_partial
from live.page.access import visitor
from live.rendering.tree import html_of


@require_POST
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    """Dismiss it for this person, on all their pages: those that are open follow within two seconds."""
    user = visitor(request)
    banner = get_object_or_404(Banner, pk=pk)
    if not banner.recipients.includes(user):
        raise Http404
    if not banner.dismissible and not is_over(banner, moments.now()):
        return HttpResponseForbidden(_("An outage stays until it is over."), content_type="text/plain")
    known = person(user) is not None
    who = remembered_person(request)
    if who is None:
        return HttpResponseForbidden(_("Without sessions nobody can be remembered."), content_type="text/plain")
    Dismissal.objects.get_or_create(person=who, banner=banner)
    if not wants_partial(request):
        return redirect_back(request)
    if not known:
        # They have a session now, and the open page's socket is nobody's: it has to be made anew.
        return HttpResponse(headers={"HX-Refresh": "true"})
    audience = fragments.current_audience(user)
    shown = (fragments.banners, fragments.announcement)
    keys = [fragment.key(region=banner.region, audience=audience) for fragment in shown]
    context = {"banner": banner, "dismissed_id": fragments.dismissed_id(banner.region)}
    return HttpResponse(html_of(*keys) + render_to_string("live/banners/banners.html#dismissed", context))
