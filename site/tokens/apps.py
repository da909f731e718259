from django.apps import AppConfig

from tokens import scopes


class TokensConfig(AppConfig):
    """Who may send to the API, what, and how often."""

    name = "tokens"

    def ready(self) -> None:
        # These are in ``live``, which knows no tokens; ``config.urls`` brings the two together.
        scopes.register("banners", "post, update and end banners")
        scopes.register("banners:", "the same for these recipients")
        scopes.register("metrics", "read the counters under /live/metrics")
