"""The Django application `core`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core.jobs.registry import discover


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("Core")

    def ready(self) -> None:
        discover("tasks")
