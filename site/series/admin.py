"""Series to view and delete. Points are far too many for pages of their own."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from series.models import Point, Series
from series.storage.query import latest


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
        return series.points.count()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Series | None = None) -> bool:
        return False

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Counts what would be deleted, where Django would load and list every single point."""
        descriptions = [f"{series}, its {series.points.count()} points and its place on panels" for series in objs]
        points = Point.objects.filter(series__in=[series.pk for series in objs]).count()
        forbidden = set() if self.has_delete_permission(request) else {"series"}
        return descriptions, {"series": len(descriptions), "points": points}, forbidden, []
