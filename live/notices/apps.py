from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "live.notices"
    label = "live_notices"
    verbose_name = _("Notices")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from live.notices import activity, checks, dismissals, feed, silent_progress  # noqa: F401  they register

        # Kinds of recipients that apps define are found as their admin is.
        autodiscover_modules("recipients")
