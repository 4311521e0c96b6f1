"""Commands of `manage.py`."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import translation


class CommandInEnglish(BaseCommand):
    """Speaks English, refusals too, like everything that is told to the one who runs the system."""

    def execute(self, *args: Any, **options: Any) -> Any:
        """Run it, whatever the language of the system."""
        with translation.override("en"):
            return super().execute(*args, **options)
