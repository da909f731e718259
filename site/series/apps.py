from django.apps import AppConfig

from tokens import scopes


class SeriesConfig(AppConfig):
    """Series and points: how they are sent in, stored and queried."""

    name = "series"

    def ready(self) -> None:
        from series.storage import delete  # noqa: F401  # hears of series that are deleted

        scopes.register("write:", "write series")
        scopes.register("read:", "read series")
