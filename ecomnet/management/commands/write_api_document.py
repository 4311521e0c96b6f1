"""`manage.py write_api_document`: makes the OpenAPI document where it is not of these sources, as the build does."""

from typing import Any

from django.core.management.base import BaseCommand

from ecomnet.api_document import DOCUMENT


class Command(BaseCommand):
    """Writes `openapi.json`, which the web processes read."""

    help = "Write the document of the API."

    def handle(self, **options: Any) -> None:
        self.stdout.write(f"The document of the API is written: {DOCUMENT.write().version}")
