"""What the buttons of a notice do. They are a plain form's: without a script they lead back to the page."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from live.notices import dismissals, silent_progress
from live.notices.models import Notice
from live.notices.requests import redirect_back, remembered_person, wants_partial
from live.page.access import visitor


@require_POST
@transaction.non_atomic_requests
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    """Dismiss a notice for this person, here and on all their other pages."""
    if (notice := _received(request, pk)) and (person := remembered_person(request)):
        dismissals.dismiss(notice, person)
    return _done(request)


@require_POST
@transaction.non_atomic_requests
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask what the notice is about to stop; whoever it is shown to may. It stops, and says so, at its next step; at
    once where its process is not heard of any more."""
    if notice := _received(request, pk):
        silent_progress.cancel(notice)
    return _done(request)


def _received(request: HttpRequest, pk: int) -> Notice | None:
    """The notice if the visitor is one of its recipients. None is no error: it may have been pruned since."""
    notice = Notice.objects.filter(pk=pk).first()
    return notice if notice is not None and notice.recipients.includes(visitor(request)) else None


def _done(request: HttpRequest) -> HttpResponse:
    """Nothing for htmx: the page's script has acted. Else back to where the button was, if that was on this site."""
    return HttpResponse(status=204) if wants_partial(request) else redirect_back(request)
