"""Boards are made here: a board with its panels, a panel with its series."""

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from boards.models import Board, Panel, PanelSeries


class PanelInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Panel
    fields = ("title", "kind", "width", "position", "unit", "window", "expected_every")
    extra = 0
    show_change_link = True


class LineInline(admin.TabularInline):  # type: ignore[type-arg]
    model = PanelSeries
    autocomplete_fields = ("series",)
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
        (_("Numbers"), {"fields": ("unit", "window", "minimum", "maximum", "expected_every")}),
        (_("Judgement"), {"fields": ("warn_at", "bad_at", "good")}),
        (_("Form"), {"fields": ("editable",)}),
    )

    def get_view_on_site_url(self, obj: Panel | None = None) -> str | None:
        return obj.board.get_absolute_url() if obj else None
