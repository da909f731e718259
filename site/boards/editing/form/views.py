"""The addresses of the form of a panel: the form, its preview, the series to choose from, who has it open."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect, reswap, retarget, trigger_client_event

from boards.editing import presence
from boards.editing.decorators import for_editors
from boards.editing.form.line_form import LINE
from boards.editing.form.save import base_of, form_of, is_edited, save, with_action
from boards.editing.form.series_picker import search
from boards.editing.form.side_form import SHOWN_KIND, SideForm
from boards.editing.words import deletion
from boards.models import Board, Panel
from boards.panels import draw
from boards.ranges import View
from boards.requests import HtmxHttpRequest

HTTP_STOP_POLLING = 286
TEMPLATE, PAGE = "boards/panel_form.html", "boards/panel_form_page.html"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_editors
def panel_edit(request: HtmxHttpRequest, board: Board, pk: int) -> HttpResponse:
    """The form of a panel: beside the board for htmx, else a page; and what was changed in it, saved."""
    if request.method == "POST":
        return _save(request, board, pk)
    panel = get_object_or_404(Panel.objects.select_related("board"), pk=pk, board=board)
    return _form(request, form_of(panel), _context(panel, {"status": "", "message": ""}))


def _save(request: HtmxHttpRequest, board: Board, pk: int) -> HttpResponse:
    data = with_action(request.POST)
    try:
        saved = save(request.user, board, pk, data)
    except Panel.DoesNotExist:
        if not request.htmx:
            raise Http404 from None
        deleted = _("Not saved: the panel was deleted meanwhile. Undo brings it back.")
        words = deleted if deletion(board, pk) else _("Not saved: the panel is on this board no more.")
        gone = {"status": "error", "message": words, "base": request.POST.get("base", "")}
        return render(request, f"{TEMPLATE}#state", gone, status=409)
    except ValueError:
        raise BadRequest("The form is not one of this page.") from None
    panel = saved.form.instance
    if saved.status == 200 and data.get("do") == "close":
        presence.leave(request.user, panel)
        address = reverse("boards:edit", args=[board.slug])
        if not request.htmx:
            messages.success(request, saved.context()["message"])
            return redirect(address)
        if request.htmx.current_url_abs_path == request.path:
            # On its own page there is no board beside it.
            return HttpResponseClientRedirect(address)
        empty = retarget(reswap(HttpResponse(), "innerHTML"), "#panel-form")
        return trigger_client_event(empty, "panel-closed", {"panel": panel.pk}, after="settle")
    context = _context(panel, saved.context())
    if data.get("do") == "search":
        context.update({"search": data.get("search", ""), "matches": search(data.get("search", ""), timezone.now())})
    if not request.htmx:
        if saved.status == 200 and data.get("do") != "search":
            messages.success(request, context["message"])
            return redirect(request.path)
        return _form(request, saved.form, context, status=saved.status)
    form = saved.form
    names = [line.name for line in form.lines]
    with_lines = names != request.POST.getlist(LINE) or saved.differs(form.of_lines())
    with_options = request.POST.get(SHOWN_KIND) != form.kind_name
    of_panel = [field for field in form.of_panel() if not (with_options and field.name.startswith("options."))]
    filled_in = {name for name in data if data.get(name) != request.POST.get(name)}
    context.update(
        {
            "with_lines": with_lines,
            "with_options": with_options,
            "fields": [
                one for one in of_panel if one.name != "kind" and (saved.differs([one]) or one.html_name in filled_in)
            ],
            "checked": [*of_panel, *([] if with_lines else form.of_lines())],
            "form": form,
        }
    )
    return render(request, f"{TEMPLATE}#response", context, status=saved.status)


def _context(panel: Panel, more: dict[str, Any]) -> dict[str, Any]:
    address = reverse("boards:panel-edit", args=[panel.board.slug, panel.pk])
    return {"panel": panel, "board": panel.board, "address": address, "base": base_of(panel)} | more


def _form(request: HtmxHttpRequest, form: SideForm, context: dict[str, Any], status: int = 200) -> HttpResponse:
    template = f"{TEMPLATE}#form" if request.htmx else PAGE
    if not request.htmx:
        context.update({"draw": True, "view": View(), **_drawn(form)})
    return render(request, template, context | {"form": form}, status=status)


def _drawn(form: SideForm) -> dict[str, Any]:
    rows = [line.instance for line in form.lines if not form.is_bound or line.is_valid()]
    return draw(form.instance, rows=None if form.leaves_lines else rows)


@never_cache
@require_POST
@for_editors
def panel_preview(request: HtmxHttpRequest, board: Board, pk: int) -> HttpResponse:
    """Draw a panel with the values in its form, and validate them. Nothing is saved."""
    panel = get_object_or_404(Panel.objects.select_related("board"), pk=pk, board=board)
    form = form_of(panel, request.POST)
    is_changed = not form.is_valid() or is_edited(form, request.POST)
    context = _context(panel, {"base": request.POST.get("base", ""), "status": "", "message": _("Not saved yet")})
    if not request.htmx:
        return _form(request, form, context)
    options_are_shown = request.POST.get(SHOWN_KIND) == form.kind_name
    of_panel = [field for field in form.of_panel() if options_are_shown or not field.name.startswith("options.")]
    context.update({"checked": [*of_panel, *form.of_lines()], "form": form, "draw": is_changed})
    if is_changed:
        context.update({"view": View(), **_drawn(form)})
    return render(request, f"{TEMPLATE}#typing", context)


@never_cache
@require_safe
@for_editors
def series(request: HtmxHttpRequest, board: Board) -> HttpResponse:
    """The series and selectors that match what is typed."""
    text = request.GET.get("search", "")
    return render(request, f"{TEMPLATE}#matches", {"search": text, "matches": search(text, timezone.now())})


@never_cache
@require_POST
@for_editors
def panel_presence(request: HtmxHttpRequest, board: Board, pk: int) -> HttpResponse:
    """Record that the form of a panel is still open."""
    panel = Panel.objects.filter(pk=pk, board=board).first()
    if panel is None:
        # With this status htmx asks no more.
        return render(request, f"{TEMPLATE}#gone", {"is_deleted": deletion(board, pk)}, status=HTTP_STOP_POLLING)
    presence.arrive(request.user, panel)
    return HttpResponse(status=204)
