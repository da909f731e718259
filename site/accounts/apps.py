from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People: their roles, how they sign in, and what is remembered of it."""

    name = "accounts"

    def ready(self) -> None:
        from accounts import sessions
        from live.hub import periodic_tasks

        sessions.connect()
        periodic_tasks.register(sessions.CLEAR_SECONDS, sessions.clear_expired)
