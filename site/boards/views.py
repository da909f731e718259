"""The pages. What moves on them is in ``fragments``; here is who gets which page, and the form."""

from typing import Any

from django.core.exceptions import BadRequest, ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_POST, require_safe

from boards import fragments, recipients
from boards.display.users import DisplayUser
from boards.first_steps import first_steps
from boards.forms import ValuesForm
from boards.lookup import board_for, panel_for
from boards.models import Board
from boards.permissions import boards_of
from boards.range_bar import bar
from boards.ranges import View, zone_names
from boards.variables.declared import variables_of
from boards.variables.values import pickers_of, values_in
from boards.wall.page import wall_of
from live.forms import form_invalid_response, form_valid_response


@require_safe
@cache_control(public=True, max_age=86400)
def zones(request: HttpRequest) -> HttpResponse:
    """The names of all time zones, for the range bar: they are too many for every board."""
    names = sorted(zone_names())
    return HttpResponse(format_html_join("", '<option value="{}">', ((name,) for name in names)))


@never_cache
@require_safe
def board(request: HttpRequest, slug: str) -> HttpResponse:
    """One board."""
    instance = board_for(request.user, slug=slug)
    return wall_page(request, instance) if "wall" in request.GET else board_page(request, instance)


def asked_view(query: QueryDict, instance: Board) -> View:
    """What the end of a board's address asks for. Raises ``ValidationError``."""
    view = View.from_query(query, instance.zone, timezone.now())
    return view._replace(values=values_in(query, instance.variable_names()))


def view_of(request: HttpRequest, instance: Board) -> View:
    """What the address asks for; of a display link, what that says. Raises ``BadRequest``."""
    query = QueryDict(request.user.link.view) if isinstance(request.user, DisplayUser) else request.GET
    try:
        return asked_view(query, instance)
    except ValidationError as error:
        raise BadRequest(" ".join(error.messages)) from None


@never_cache
@require_POST
def values(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Set an editable panel's values: by htmx, or as a plain form without any script."""
    panel = panel_for(request.user, pk=pk, board__slug=slug, editable=True)
    form = ValuesForm(panel, request.POST)
    view = view_of(request, panel.board)
    alone: Any = {
        "partial": "boards/board.html#form",
        "context": {"board": panel.board, "view": view},
        "fresh": lambda: ValuesForm(panel),
    }
    if not form.is_valid():
        return form_invalid_response(request, form, page=lambda: board_page(request, panel.board, form), **alone)
    return form_valid_response(
        request,
        form,
        save=lambda: form.save(request.user.get_username() or _("A visitor")),
        success_url=f"{panel.board.get_absolute_url()}{view.query}",
        recipients=recipients.board(panel.board),
        notice=str,
        changed=[fragments.panel.key(pk=panel.pk, **view._asdict()), fragments.activity.key(pk=panel.board_id)],
        **alone,
    )


def board_page(
    request: HttpRequest, instance: Board, refused: ValuesForm | None = None, secret: str = ""
) -> HttpResponse:
    """The whole page, with the form that was refused, if one was, in its place. What was is shown without forms: they
    set what is now. Without a panel it says how to begin, with the ``secret`` of a token that was made for that.
    """
    view = view_of(request, instance)
    links = bar(instance, view, timezone.now())
    panels = [refused.panel] if refused else []
    if not links.then:
        panels = list(instance.panels.filter(editable=True).select_related("board"))
    forms = [refused if refused and refused.panel == panel else ValuesForm(panel) for panel in panels]
    context = {"board": instance, "forms": forms, "view": view, "bar": links}
    context["pickers"] = pickers_of(view.values, variables_of(instance.variables))
    context |= first_steps(request, instance.pk, secret)
    context["is_empty"] = not instance.panels.exists()
    return render(request, "boards/board.html", context)


def wall_page(request: HttpRequest, instance: Board) -> HttpResponse:
    """The same board on a screen that nobody touches: without forms and activity, and all of it is seen."""
    view = view_of(request, instance)
    wall = wall_of(request, instance, view, list(boards_of(request.user)))
    now = timezone.now()
    context = {
        "board": instance,
        "view": view,
        "bar": bar(instance, view, now),
        "wall": wall,
        "now": now,
    }
    return render(request, "boards/wall.html", context)
