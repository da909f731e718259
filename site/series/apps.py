from django.apps import AppConfig

from tokens import scopes


class SeriesConfig(AppConfig):
    """Series and points: how they are sent in, stored and queried."""

    name = "series"

    def ready(self) -> None:
        scopes.register("write:", "write series")
