from django.apps import AppConfig

from tokens import scopes


class ApiConfig(AppConfig):
    """What a click can do, over HTTP, and the description of all addresses under ``/api/``."""

    name = "api"

    def ready(self) -> None:
        scopes.register("boards.read:", "read the boards of these addresses, as a user")
        scopes.register("boards.edit:", "read and edit the boards of these addresses, as a user")
        scopes.register("notices", "send, read and take back notices")
        scopes.register("notices:", "the same for these recipients")
        scopes.register("series.edit:", "change and delete series")
        scopes.register("tokens", "make tokens that may do no more than this one")
