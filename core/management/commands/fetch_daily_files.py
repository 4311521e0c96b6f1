"""Have the providers' daily files fetched now: `manage.py fetch_daily_files [DATE]`."""

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.timezone import now

from core.days import day_in
from core.gateways.models import Provider
from core.gateways.services import ask_for_file


class Command(BaseCommand):
    help = "Have the daily file of each provider fetched now, of a date or of today in the provider's zone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("date", nargs="?", type=dt.date.fromisoformat)

    def handle(self, *args: Any, **options: Any) -> None:
        at = now()
        for provider in Provider.objects.filter(file_time__isnull=False).order_by("code"):
            file_date = options["date"] or day_in(provider.time_zone, at)
            ask_for_file(provider=provider, file_date=file_date, at=at)
            self.stdout.write(f"{provider.code} {file_date}: will be fetched")
