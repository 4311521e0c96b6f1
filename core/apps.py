"""The Django application `core`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core.jobs import registry as jobs
from core.notices import templates as notices


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("Core")

    def ready(self) -> None:
        jobs.register_all()
        notices.register_all()
