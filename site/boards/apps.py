from django.apps import AppConfig


class BoardsConfig(AppConfig):
    name = "boards"

    def ready(self) -> None:
        from boards import receivers  # noqa: F401  connects them
        from boards.display import users
        from boards.editing import presence  # noqa: F401  declares its fragments
        from boards.models import Board
        from live.hub import periodic_tasks
        from live.page.principals import register_principal
        from series.storage import days

        register_principal(users.KIND, users.users_of_links)
        periodic_tasks.register(users.SEEN_SECONDS, users.note_open_displays)
        days.register(lambda: Board.objects.order_by().values_list("time_zone", flat=True).distinct())
