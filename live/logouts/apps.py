from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LogoutsConfig(AppConfig):
    name = "live.logouts"
    label = "live_logouts"
    verbose_name = _("Log-outs")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from live.logouts import receivers

        receivers.connect()
