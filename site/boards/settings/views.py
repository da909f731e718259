"""The page of a board's settings, and the one that asks before it is deleted. Both are plain forms."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from boards.editing.decorators import for_editors
from boards.models import Board
from boards.permissions import may_delete
from boards.settings.forms import SettingsForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_editors
def settings(request: HttpRequest, board: Board) -> HttpResponse:
    """What a board is called, where it is, what it shows at first, and who may see and edit it."""
    # The form sets what is typed on its own one, also where it is refused.
    form = SettingsForm(request.user, request.POST or None, instance=Board.objects.get(pk=board.pk))
    if request.method == "POST" and form.is_valid() and _is_saved(form):
        messages.success(request, _("The settings of “%s” are saved.") % form.instance.title)
        return redirect("boards:settings", form.instance.slug)
    context = {"board": board, "form": form, "may_delete": may_delete(request.user, board.pk)}
    return render(request, "boards/settings.html", context, status=422 if form.errors else 200)


def _is_saved(form: SettingsForm) -> bool:
    """Save it. False, with an error of the form, where somebody has taken the address since it was validated."""
    try:
        with transaction.atomic():
            form.save()
    except IntegrityError:
        form.add_error("slug", _("Another board has this address."))
    return form.is_valid()


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_editors
def delete(request: HttpRequest, board: Board) -> HttpResponse:
    """Ask, and then delete the board with its panels. Its series stay."""
    if not may_delete(request.user, board.pk):
        raise PermissionDenied
    if request.method == "POST":
        board.delete()
        messages.success(request, _("“%s” is deleted.") % board.title)
        return redirect("boards:index")
    return render(request, "boards/delete_board.html", {"board": board, "panels": board.panels.count()})
