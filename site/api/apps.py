from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from tokens import scopes


class ApiConfig(AppConfig):
    """What a click can do, over HTTP, and the description of all addresses under ``/api/``."""

    name = "api"

    def ready(self) -> None:
        scopes.register("boards.read:", _("read the boards of these addresses"), is_limited_by_user=True)
        scopes.register("boards.edit:", _("read and edit the boards of these addresses"), is_limited_by_user=True)
        scopes.register("notices", _("send, read and take back notices"), is_limited_by_user=True)
        scopes.register("notices:", _("send, read and take back notices for these recipients"), is_limited_by_user=True)
        scopes.register("series.edit:", _("change and delete series"), is_limited_by_user=True)
        scopes.register("tokens", _("make tokens that may do no more than this one"))
