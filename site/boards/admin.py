"""Boards are made here: a board with its panels, a panel with its series."""

import re
from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import CharField, Count, QuerySet
from django.forms import TextInput
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from boards.admin_forms import PanelRowForm, SeriesFormSet
from boards.editing.form.panel_form import PREFIX, PanelForm, options_shown
from boards.editing.form.query_form import PanelSeriesForm
from boards.editing.history import recording
from boards.kinds import registry
from boards.models import Board, Panel, PanelSeries
from boards.options import Section
from boards.panels import choose_address

# A board's key, as a form sends it.
PK = re.compile(r"[0-9]{1,18}")
# Columns of a panel beside its options.
ABOUT, DATA = ("board", "title", "kind", "width", "height", "position"), ("editable", "repeat")
DESCRIPTIONS = {
    Section.DATA: _("The series are chosen at the end of this page."),
    Section.THRESHOLDS: _("When a value is a warning, or critical. Everything here may stay empty."),
    Section.AXIS: _("By itself an axis shows all values, from zero where zero is near."),
}

CALCULATED = _(
    "In this order: a function of each series' points over time, the sum or mean of all series with the same tags, "
    "divided by another query, times a factor, plus a number."
)


def say_what_is_empty(request: HttpRequest, panels: Iterable[Panel]) -> None:
    """Say of each panel that was saved without series that it shows nothing, and where they are chosen."""
    for panel in panels:
        if registry[panel.kind].has_series and not panel.lines.exists():
            words = _("“{}” shows nothing yet: {}.")
            link = format_html('<a href="{}">{}</a>', choose_address(panel), _("choose its series"))
            messages.warning(request, format_html(str(words), panel.title, link))


class PanelInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Panel
    form = PanelRowForm
    fields = ("title", "kind", "width", "height", "position", "options.unit", "options.window")
    columns = tuple(name for name in fields if not name.startswith(PREFIX))
    # Side by side they have to fit beside the admin's menu.
    formfield_overrides = {CharField: {"widget": TextInput(attrs={"size": 14})}}
    extra = 0
    show_change_link = True

    def get_fields(self, request: HttpRequest, obj: Board | None = None) -> Any:
        return self.fields if self.has_change_permission(request, obj) else self.columns

    def get_formset(self, request: HttpRequest, obj: Board | None = None, **kwargs: Any) -> Any:
        """With the columns alone: the options in ``fields`` are the form's own."""
        return super().get_formset(request, obj, **{**kwargs, "fields": self.columns})


class SeriesInline(admin.StackedInline):  # type: ignore[type-arg]
    model = PanelSeries
    form = PanelSeriesForm
    formset = SeriesFormSet
    fieldsets = (
        (None, {"fields": (("series", "selector"), ("label", "category", "position"))}),
        (
            _("Calculated"),
            {
                "classes": ("collapse",),
                "description": CALCULATED,
                "fields": (("function", "combine", "by"), ("divided_by", "factor", "offset")),
            },
        ),
    )
    # For who may not change it.
    columns = ("series", "query", "label", "category", "position")
    autocomplete_fields = ("series",)
    formfield_overrides = PanelInline.formfield_overrides
    extra = 1

    def get_fieldsets(self, request: HttpRequest, obj: Panel | None = None) -> Any:
        if self.has_change_permission(request, obj):
            return self.fieldsets
        return [(None, {"fields": self.columns})]


@admin.register(Board)
class BoardAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("title", "slug", "owner", "view_by", "edit_by", "panel_count", "position")
    list_select_related = ("owner",)
    list_editable = ("position",)
    search_fields = ("title", "slug")
    prepopulated_fields = {"slug": ("title",)}
    filter_horizontal = ("view_groups", "edit_groups")
    inlines = (PanelInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Board]:
        boards: QuerySet[Board] = super().get_queryset(request)
        return boards.annotate(panel_count=Count("panels"))

    def save_model(self, request: HttpRequest, obj: Board, form: Any, change: bool) -> None:
        """Who makes a board owns it, unless they give it to somebody."""
        if not change and obj.owner_id is None:
            obj.owner_id = request.user.pk
        super().save_model(request, obj, form, change)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        with recording(request.user, form.instance.pk):
            super().save_formset(request, form, formset, change)
        say_what_is_empty(request, [*formset.new_objects, *(panel for panel, _names in formset.changed_objects)])

    @admin.display(description=_("panels"), ordering="panel_count")
    def panel_count(self, board: Board) -> int:
        return int(board.panel_count)  # type: ignore[attr-defined]


@admin.register(Panel)
class PanelAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    form = PanelForm
    list_display = ("title", "board", "kind", "width", "height", "position")
    list_filter = ("board", "kind")
    search_fields = ("title",)
    list_select_related = ("board",)
    inlines = (SeriesInline,)

    def get_form(self, request: HttpRequest, obj: Panel | None = None, change: bool = False, **kwargs: Any) -> Any:
        """With the columns alone: the options in the fieldsets are the form's own."""
        return super().get_form(request, obj, change, **{**kwargs, "fields": (*ABOUT, *DATA)})

    def get_fieldsets(self, request: HttpRequest, obj: Panel | None = None) -> Any:
        """The columns, and the options that the form shows, by their sections."""
        if obj and not self.has_change_permission(request, obj):
            return [(None, {"fields": (*ABOUT, "options", *DATA)})]
        panel = obj or Panel(kind=request.GET.get("kind", "line"))
        # As the form that is sent, also where that has no kind at all.
        kind = request.POST.get("kind", "") if request.method == "POST" else panel.kind
        options = options_shown(kind, panel.options, request.POST)
        about = _("Each kind has options of its own. Those of another kind are here after “Save and continue editing”.")
        fieldsets: list[Any] = [(None, {"description": about, "fields": ABOUT})]
        for section in Section:
            names = [PREFIX + option.name for option in options if option.section == section]
            if section == Section.DATA:
                names += DATA
            if names:
                fieldsets.append((section.label, {"description": DESCRIPTIONS.get(section, ""), "fields": names}))
        return fieldsets

    def changeform_view(self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any) -> Any:
        """The same, recorded: the panel, its series, and the boards that it leaves and comes to."""
        if request.method != "POST":
            return super().changeform_view(request, object_id, *args, **kwargs)
        panel = self.get_object(request, unquote(object_id)) if object_id else None
        chosen = Board.objects.filter(pk__in=[pk for pk in request.POST.getlist("board") if PK.fullmatch(pk)])
        boards = {*chosen.values_list("pk", flat=True), *([panel.board_id] if panel else [])}
        with recording(request.user, *boards):
            return super().changeform_view(request, object_id, *args, **kwargs)

    def delete_model(self, request: HttpRequest, obj: Panel) -> None:
        with recording(request.user, obj.board_id):
            super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Panel]) -> None:
        with recording(request.user, *set(queryset.values_list("board", flat=True))):
            super().delete_queryset(request, queryset)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        say_what_is_empty(request, [form.instance])

    def view_on_site(self, panel: Panel) -> str:
        return panel.board.get_absolute_url()
