"""Commands of `manage.py`."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import translation


class CommandInEnglish(BaseCommand):
    """Speaks English, refusals too, like everything that is told to whoever runs the house."""

    def execute(self, *args: Any, **options: Any) -> Any:
        """Run it, whatever the language of the house."""
        with translation.override("en"):
            return super().execute(*args, **options)
