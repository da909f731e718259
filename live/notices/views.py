"""What the buttons of a notice do. They are a plain form's: without a script they lead back to the page."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import get_script_prefix
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from live.notices.audiences import Audience, AudienceError, person
from live.notices.dismissals import put_away
from live.notices.models import Notice
from live.page.access import User, visitor


@require_POST
@transaction.non_atomic_requests
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a notice away for this person, here and on all their other pages."""
    notice = _told(visitor(request), pk)
    who = _known_again(request) if notice is not None else None
    if notice is not None and who is not None:
        put_away(notice, who)
    return _done(request)


@require_POST
@transaction.non_atomic_requests
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask what the notice is about to stop; whoever it is shown to may. It stops, and says so, at its next step."""
    notice = _told(visitor(request), pk)
    if notice is not None:
        offered = Notice.objects.filter(pk=notice.pk, cancel=Notice.Cancel.OFFERED)
        offered.update(cancel=Notice.Cancel.ASKED)
    return _done(request)


def _told(user: User, pk: int) -> Notice | None:
    """The notice if this user is among those who are told. None is no error: it may have been pruned since."""
    notice = Notice.objects.filter(pk=pk).first()
    try:
        return notice if notice is not None and Audience.parse(notice.audience).includes(user) else None
    except AudienceError:  # of an app that is not installed any more
        return None


def _known_again(request: HttpRequest) -> Audience | None:
    """This person. A visitor gets a session for it; None where the project has no sessions."""
    if person(visitor(request)) is None and hasattr(request, "session"):
        request.session.create()
    return person(visitor(request))


def _done(request: HttpRequest) -> HttpResponse:
    """Nothing for htmx: the page's script has acted. Else back to where the button was, if that was on this site."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204)
    page = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(page if ours else get_script_prefix())
