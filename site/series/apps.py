from django.apps import AppConfig


class SeriesConfig(AppConfig):
    """Series and points: how they are sent in, kept and asked for."""

    name = "series"

    def ready(self) -> None:
        from series import receivers  # noqa: F401  connects them
