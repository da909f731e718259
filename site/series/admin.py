"""Series to look at and delete, tokens to issue. Points are far too many for pages of their own."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from series.models import Point, Series, Token
from series.queries import latest

if TYPE_CHECKING:
    SeriesBase = admin.ModelAdmin[Series]
    TokenBase = admin.ModelAdmin[Token]
else:
    SeriesBase = TokenBase = admin.ModelAdmin

# On the message that carries a secret, so that whatever keeps messages can leave these out.
SECRET = "secret"


@admin.register(Series)
class SeriesAdmin(SeriesBase):
    """What has been sent in. Series come from senders, so there is nothing to add or change here."""

    search_fields = ["identity"]
    list_display = ["identity", "latest_point"]
    fields = readonly_fields = ("identity", "name", "tags", "latest_point", "number_of_points")

    @admin.display(description="latest point")
    def latest_point(self, series: Series) -> str:
        """Value and time of the latest point; the list's own dash where there is none."""
        found: tuple[datetime, float] | None = latest([series.pk]).get(series.pk)
        return f"{found[1]:g} at {found[0]:%Y-%m-%d %H:%M:%S} UTC" if found else ""

    @admin.display(description="points")
    def number_of_points(self, series: Series) -> int:
        """How many points there are."""
        return series.points.count()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Series | None = None) -> bool:
        return False

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Counts what would be deleted, where Django would load and list every single point."""
        listed = [f"{series}, its {series.points.count()} points and its place on panels" for series in objs]
        points = Point.objects.filter(series__in=[series.pk for series in objs]).count()
        refused = set() if self.has_delete_permission(request) else {"series"}
        return listed, {"series": len(listed), "points": points}, refused, []


@admin.register(Token)
class TokenAdmin(TokenBase):
    """Issues tokens. A secret is shown once, in the message after it was made; its digest never is."""

    search_fields = ["name", "prefix"]
    list_display = ["name", "prefix", "may_post_banners", "active", "created", "last_used"]
    list_filter = ["active", "may_post_banners"]
    fields = ["name", "prefix", "may_post_banners", "active", "created", "last_used"]
    readonly_fields = ["created", "last_used"]
    actions = ["replace_secrets", "deactivate"]

    def save_model(self, request: HttpRequest, obj: Token, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
        else:
            self._show(request, obj, obj.replace_secret())

    @admin.action(description="Replace the secret of selected tokens", permissions=["change"])
    def replace_secrets(self, request: HttpRequest, queryset: QuerySet[Token]) -> None:
        """Give each a new secret; whoever sends with the old one is refused from now on."""
        for token in queryset:
            secret = token.replace_secret()
            self._log(request, [token], "Replaced the secret.")
            self._show(request, token, secret)

    @admin.action(description="Deactivate selected tokens", permissions=["change"])
    def deactivate(self, request: HttpRequest, queryset: QuerySet[Token]) -> None:
        """Refuse whatever is sent with them."""
        tokens = list(queryset.filter(active=True))
        queryset.update(active=False)
        self._log(request, tokens, "Deactivated.")
        self.message_user(request, f"Deactivated: {', '.join(map(str, tokens)) or 'none was active'}.")

    def _log(self, request: HttpRequest, tokens: Iterable[Token], what: str) -> None:
        for token in tokens:
            self.log_change(request, token, what)

    def _show(self, request: HttpRequest, token: Token, secret: str) -> None:
        message = f"The secret of {token} is {secret} — copy it now: it is not shown again."
        self.message_user(request, message, messages.WARNING, extra_tags=SECRET)
