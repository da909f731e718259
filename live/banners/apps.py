from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BannersConfig(AppConfig):
    name = "live.banners"
    label = "live_banners"
    verbose_name = _("Banners")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from live.banners import activity, checks, receivers  # noqa: F401  they register
