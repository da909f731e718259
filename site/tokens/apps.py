from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from tokens import scopes


class TokensConfig(AppConfig):
    """Who may send to the API, what, and how often."""

    name = "tokens"

    def ready(self) -> None:
        # These are in ``live``, which knows no tokens; ``config.urls`` brings the two together.
        scopes.register("banners", _("post, update and end banners"), is_limited_by_user=True)
        scopes.register("banners:", _("post, update and end banners for these recipients"), is_limited_by_user=True)
        scopes.register("metrics", _("read the counters under /live/metrics"))
