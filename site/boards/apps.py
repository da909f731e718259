from django.apps import AppConfig


class BoardsConfig(AppConfig):
    name = "boards"

    def ready(self) -> None:
        from boards import receivers  # noqa: F401  connects them
        from boards.editing import presence  # noqa: F401  declares its fragments
        from boards.models import Board
        from series.storage import days

        days.register(lambda: Board.objects.order_by().values_list("time_zone", flat=True).distinct())
