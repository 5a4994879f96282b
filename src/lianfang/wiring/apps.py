from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class WiringConfig(AppConfig):
    """Connects when Django has loaded everything: models may be imported from then on."""

    name = "lianfang.wiring"
    label = "wiring"

    def ready(self) -> None:
        # wiring/hooks.py says who gets what; each app's jobs.py names its handlers.
        autodiscover_modules("hooks", "jobs")
