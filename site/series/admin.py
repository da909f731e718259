"""Series to view and delete, and how long their points are kept. Points are far too many for pages of their own."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Sum
from django.http import HttpRequest

from series.models import Hour, RetentionRule, Series
from series.storage.query import latest


def number_of_points(series: Iterable[Series]) -> int:
    """As their hours say, which are far fewer."""
    return Hour.objects.filter(series__in=[one.pk for one in series]).aggregate(total=Sum("count"))["total"] or 0


@admin.register(Series)
class SeriesAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """What has been sent in. Series come from senders, so there is nothing to add or change here."""

    search_fields = ["identity"]
    list_display = ["identity", "latest_point"]
    # So that what a token has made by mistake is found, and deleted.
    list_filter = ["creator"]
    fields = readonly_fields = ("identity", "name", "tags", "creator", "latest_point", "number_of_points")

    @admin.display(description="latest point")
    def latest_point(self, series: Series) -> str:
        point = latest([series.pk]).get(series.pk)
        return f"{point[1]:g} at {point[0]:%Y-%m-%d %H:%M:%S} UTC" if point else ""

    @admin.display(description="points")
    def number_of_points(self, series: Series) -> int:
        return number_of_points([series])

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Series | None = None) -> bool:
        return False

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Counts what would be deleted, where Django would load and list every single point."""
        descriptions = [f"{series}, its {number_of_points([series])} points and its place on panels" for series in objs]
        points = number_of_points(objs)
        forbidden = set() if self.has_delete_permission(request) else {"series"}
        return descriptions, {"series": len(descriptions), "points": points}, forbidden, []


@admin.register(RetentionRule)
class RetentionRuleAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """How long what is kept, for some series."""

    list_display = ["pattern", "points_days", "minutes_days", "hours_days"]
