"""The page on which a board declares its variables."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from boards.editing.decorators import for_editors
from boards.models import Board
from boards.variables.choices import choices
from boards.variables.forms import VariablesForm

# That are listed of one variable.
MAX_LISTED = 20


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_editors
def declare(request: HttpRequest, board: Board) -> HttpResponse:
    """The variables of a board in a form, with the values that there are."""
    form = VariablesForm(board, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        board.variables = form.stored()
        board.save(update_fields=["variables"])
        messages.success(request, _("The variables are saved."))
        return redirect(request.path)
    known = choices(Board.objects.get(pk=board.pk))
    context = {
        "board": board,
        "form": form,
        "values": [(name, values[:MAX_LISTED], max(0, len(values) - MAX_LISTED)) for name, values in known.items()],
    }
    return render(request, "boards/variables_form.html", context, status=422 if form.is_bound else 200)
