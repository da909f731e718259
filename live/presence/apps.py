from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PresenceConfig(AppConfig):
    name = "live.presence"
    label = "live_presence"
    verbose_name = _("Presence")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from live.hub import periodic_tasks
        from live.presence.tracker import TICK_SECONDS, track

        periodic_tasks.register(TICK_SECONDS, track, unwatched=True)
