"""`manage.py install_country CN`: the reference data without which nothing is sold or paid in a country."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now

from core.countries import CountryUnknown, country_of, known_countries
from finance.installing import Banks, NotOfCountry, install_country


class Command(BaseCommand):
    """Run again as often as you like: it writes what is missing, and never changes what stands."""

    help = "Write book, notes, statement terms, tax and compensation rules and calendars of a country."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("countries", nargs="+", metavar="country", help="ISO 3166, two letters")
        parser.add_argument("--payout-provider", default="", help="code of the bank that executes payout files there")
        parser.add_argument("--payout-bank-account", default="", help="our account that payouts leave from (main)")
        parser.add_argument("--collection-provider", default="", help="code of the gateway that collects online there")
        parser.add_argument("--head-county", default="", help="code of the county of payees who belong to none")

    def handle(self, *, countries: list[str], **options: Any) -> None:
        banks = Banks(**{name: options[name] for name in Banks.__slots__})
        if len(countries) > 1 and banks != Banks():
            raise CommandError("Banks and the head county are set for one country at a time.")
        for code in countries:
            try:
                written = install_country(code=code, at=now(), banks=banks)
            except CountryUnknown as refusal:
                raise CommandError(f"{code}: no file; known are {', '.join(known_countries())}") from refusal
            except NotOfCountry as refusal:
                raise CommandError(str(refusal)) from refusal
            if options["verbosity"]:
                what = ", ".join(f"{count} {name}" for name, count in written.items()) or "nothing was missing"
                self.stdout.write(f"{code} {country_of(code).version}: {what}")
