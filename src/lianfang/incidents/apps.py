from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    name = "lianfang.incidents"
    label = "incidents"
    default_auto_field = "django.db.models.BigAutoField"
