from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class LiveConfig(AppConfig):
    name = "live"

    def ready(self) -> None:
        from live import checks  # noqa: F401  registers them

        autodiscover_modules("fragments")
