from django.apps import AppConfig


class SelfReportConfig(AppConfig):
    name = "lianfang.screening.selfreport"
    label = "selfreport"
    default_auto_field = "django.db.models.BigAutoField"
