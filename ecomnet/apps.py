"""The Django application `ecomnet`: it connects the floors once all of them are loaded."""

from importlib import import_module

from django.apps import AppConfig


class EcomNetConfig(AppConfig):
    name = "ecomnet"
    verbose_name = "EcomNet"

    def ready(self) -> None:
        import_module("ecomnet.celery")
        import_module("ecomnet.wiring").connect()
