from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from tokens import scopes


class SeriesConfig(AppConfig):
    """Series and points: how they are sent in, stored and queried."""

    name = "series"

    def ready(self) -> None:
        from series.storage import delete  # noqa: F401  # hears of series that are deleted

        scopes.register("write:", _("write series"))
        scopes.register("read:", _("read series"), is_limited_by_user=True)
