"""Boards are made here: a board with its panels, a panel with its series."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import CharField, Count, QuerySet
from django.forms import BaseInlineFormSet, TextInput
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from boards.models import Board, Panel, PanelSeries
from boards.options import KINDS_WITH


def _own(fields: Iterable[Any], kind: str) -> bool:
    """Whether a kind has one of these options that not every kind has."""
    names = [name for each in fields for name in ([each] if isinstance(each, str) else each)]
    return any(kind in KINDS_WITH.get(name, ()) for name in names if name != "over")


class PanelInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Panel
    fields = ("title", "kind", "width", "position", "unit", "window", "expected_every")
    extra = 0
    show_change_link = True


class LineFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    """The series of a panel. Two that would be at the same place are refused: one would hide the other."""

    def clean(self) -> None:
        super().clean()
        if self.instance.over != Panel.Over.LATEST:
            return
        seen: set[tuple[str, str]] = set()
        for form in self.forms:
            given = getattr(form, "cleaned_data", {})
            if not given.get("series") or given.get("DELETE"):
                continue
            label = given.get("label") or given["series"].identity
            place = (given.get("group") or "", label)
            if place in seen and place[0]:
                raise ValidationError(
                    _("Two series are “%(label)s” of the category “%(group)s”; one would hide the other."),
                    params={"group": place[0], "label": label},
                )
            seen.add(place)


class LineInline(admin.TabularInline):  # type: ignore[type-arg]
    model = PanelSeries
    formset = LineFormSet
    fields = ("series", "label", "group", "position")
    autocomplete_fields = ("series",)
    # Side by side they have to fit beside the admin's menu.
    formfield_overrides = {CharField: {"widget": TextInput(attrs={"size": 18})}}
    extra = 1


@admin.register(Board)
class BoardAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("title", "slug", "public", "panel_count", "position")
    list_editable = ("position",)
    search_fields = ("title", "slug")
    prepopulated_fields = {"slug": ("title",)}
    inlines = (PanelInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Board]:
        boards: QuerySet[Board] = super().get_queryset(request)
        return boards.annotate(panel_count=Count("panels"))

    @admin.display(description=_("panels"), ordering="panel_count")
    def panel_count(self, board: Board) -> int:
        return int(board.panel_count)  # type: ignore[attr-defined]


@admin.register(Panel)
class PanelAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("title", "board", "kind", "width", "position")
    list_filter = ("board", "kind")
    search_fields = ("title",)
    list_select_related = ("board",)
    inlines = (LineInline,)
    fieldsets = (
        (None, {"fields": ("board", "title", "kind", "width", "position")}),
        (
            _("Numbers"),
            {
                "description": _("The series are chosen at the end of this page."),
                "fields": ("unit", "window", "over", "expected_every", "editable"),
            },
        ),
        (
            _("Judgement"),
            {
                "description": _("When a value is a warning, or critical. Everything here may stay empty."),
                "fields": ("good", ("warn_at", "bad_at")),
            },
        ),
        (
            _("Axis"),
            {
                "description": _("By itself an axis shows all values, from zero where zero is near."),
                "classes": ("collapse",),
                "fields": (("minimum", "maximum"), "least_span", "log"),
            },
        ),
        (
            _("Line, area and bars"),
            {"classes": ("collapse",), "fields": ("stacked", "horizontal", "extremes")},
        ),
        (_("Status and state timeline"), {"classes": ("collapse",), "fields": ("states", "history_days")}),
        (_("Histogram and table"), {"classes": ("collapse",), "fields": ("bins", "rows")}),
        (_("Text"), {"classes": ("collapse",), "fields": ("text",)}),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Panel | None = None) -> Any:
        """What the panel's kind has of its own is open, the rest is folded."""
        return [
            (name, {**options, "classes": ()} if obj and _own(options["fields"], obj.kind) else options)
            for name, options in super().get_fieldsets(request, obj)
        ]

    def get_view_on_site_url(self, obj: Panel | None = None) -> str | None:
        return obj.board.get_absolute_url() if obj else None
