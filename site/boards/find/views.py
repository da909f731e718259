"""The finder: a page that searches, and what its dialog shows while somebody types."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from boards.find import finder
from boards.requests import HtmxHttpRequest


@never_cache
@require_safe
def find(request: HtmxHttpRequest) -> HttpResponse:
    """What ``?q=`` finds: a page, or for htmx the options of the dialog's list."""
    text = request.GET.get("q", "")
    groups = finder.search(request.user, text)
    count = sum(len(group.hits) for group in groups)
    status = (
        ngettext("%(count)d result", "%(count)d results", count) % {"count": count} if count else _("Nothing found")
    )
    template = "boards/find.html#options" if request.htmx else "boards/find.html"
    return render(request, template, {"groups": groups, "status": status, "text": text})
