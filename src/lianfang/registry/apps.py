from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "lianfang.registry"
    label = "registry"
