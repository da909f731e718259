from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Signing in, and what is remembered of it."""

    name = "accounts"

    def ready(self) -> None:
        from accounts import sessions
        from live.hub import periodic_tasks

        periodic_tasks.register(sessions.CLEAR_SECONDS, sessions.clear_expired)
