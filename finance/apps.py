"""The Django application `finance`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FinanceConfig(AppConfig):
    name = "finance"
    verbose_name = _("Finance")

    def ready(self) -> None:
        """Register the checks of this app."""
        from finance import checks  # noqa: F401, PLC0415 - models exist only now
