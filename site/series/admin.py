"""Series to view and delete, when their next points are expected, what they take of the disk, and how long their points
are kept. Points are far too many for pages of their own.
"""

from collections.abc import Iterable
from datetime import timedelta
from functools import cache
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.html import format_html_join

from live.charts.text.formats import exact
from series.durations import DurationField, IntervalField, duration
from series.models import Hour, Point, RetentionRule, Series
from series.storage import sizes
from series.storage.query import latest
from series.storage.states import texts_of
from series.tables import number_of

AHEAD = timedelta(days=30)
MAX_SHOWN_POINTS = 100


def number_of_points(series: Iterable[Series]) -> int:
    """As their hours say, which are far fewer."""
    return Hour.objects.filter(series__in=[one.pk for one in series]).aggregate(total=Sum("count"))["total"] or 0


def _in_words(size: sizes.Size) -> str:
    return f"{filesizeformat(size.now)}, {filesizeformat(size.later)}"


class SeriesForm(forms.ModelForm):  # type: ignore[type-arg]
    """What somebody says of a series."""

    class Meta:
        model = Series
        fields = ("expected_interval", "grace")
        field_classes = {"expected_interval": IntervalField, "grace": DurationField}


@admin.register(Series)
class SeriesAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """What has been sent in. Series come from senders: only when their next points are expected can be changed here."""

    form = SeriesForm
    list_select_related = ("latest",)

    search_fields = ["identity"]
    change_list_template = "admin/series/series/change_list.html"
    # So that what a token has made by mistake is found, and deleted.
    list_filter = ["creator"]
    readonly_fields = (
        "identity",
        "name",
        "tags",
        "creator",
        "created",
        "expected",
        "number_of_points",
        "size",
        "latest_point",
        "newest_points",
    )
    fields = ("identity", "name", "tags", "expected_interval", "grace", *readonly_fields[3:])

    @admin.display(description="latest point")
    def latest_point(self, series: Series) -> str:
        point = latest([series.pk]).get(series.pk)
        if not point:
            return ""
        texts = texts_of([series.pk]).get(series.pk, {})
        value = texts.get(point[1], exact(point[1]) if isinstance(point[1], float) else str(point[1]))
        return f"{value} at {point[0]:%Y-%m-%d %H:%M:%S} UTC"

    @admin.display(description="expected every")
    def expected(self, series: Series) -> str:
        interval, _grace, is_learned = series.expectation
        if interval:
            return f"{duration(interval)}, learned" if is_learned else duration(interval)
        return "" if series.expected_interval is None else "never"

    @admin.display(description="late")
    def is_late(self, series: Series) -> str:
        latest = getattr(series, "latest", None)
        due = latest and series.expectation.overdue_at(latest.shown)
        return "late" if due and due <= timezone.now() else ""

    @admin.display(description="points")
    def number_of_points(self, series: Series) -> int:
        return number_of_points([series])

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """The size of a row is measured once for all that are listed."""
        measured = cache(lambda: sizes.SizeOfSeries(timezone.now(), AHEAD))

        @admin.display(description="size, and in 30 days")
        def size(series: Series) -> str:
            return _in_words(measured()(series))

        return ["identity", "latest_point", "expected", "is_late", size]

    @admin.display(description="size, and in 30 days")
    def size(self, series: Series) -> str:
        return _in_words(sizes.SizeOfSeries(timezone.now(), AHEAD)(series))

    @admin.display(description="newest points")
    def newest_points(self, series: Series) -> str:
        texts = texts_of([series.pk]).get(series.pk, {})
        points = Point.objects.filter(series=series).order_by("-time").values_list("time", "value", "exact")
        rows = (
            (f"{time:%Y-%m-%d %H:%M:%S.%f}", texts.get(value, repr(number_of(value, exact))))
            for time, value, exact in points[:MAX_SHOWN_POINTS]
        )
        return format_html_join("\n", "<div>{} UTC: {}</div>", rows)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """With what all of them take above the list."""
        tables = [(table._meta.verbose_name_plural, size) for table, size in sizes.of_tables().items()]
        storage = {"tables": tables, "database_bytes": sizes.of_database()}
        return super().changelist_view(request, (extra_context or {}) | storage)

    def has_add_permission(self, request: HttpRequest) -> bool:
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
