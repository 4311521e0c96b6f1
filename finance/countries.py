"""Which country a page is about, where an installation has the books of several."""

from typing import Any

from django.http import HttpRequest
from rest_framework import serializers

from core.defaults import default_country, default_currency
from finance.settlement.models import InstalledCountry
from ledger.models import Book
from stations.models import Station


def countries() -> list[str]:
    """Those with a book; the one that forms offer first comes first."""
    found = set(Book.objects.values_list("country", flat=True))
    return sorted(found, key=lambda country: (country != default_country(), country))


def chosen_country(request: HttpRequest) -> str:
    """What the address names (`?country=`), where we have a book of it; else what forms offer first."""
    asked = request.GET.get("country", "")
    return asked if asked in countries() else default_country()


def installed(country: str, currency: str) -> InstalledCountry | None:
    """With which banks we work there in this money; None where nobody has said so."""
    with_banks = InstalledCountry.objects.select_related("payout_provider", "collection_provider")
    return with_banks.filter(country=country, currency=currency).first()


def currency_of(country: str) -> str:
    """The money in which the first station of a country sells."""
    stations = Station.objects.filter(county__country=country).order_by("pk")
    return stations.values_list("currency", flat=True).first() or default_currency()


def country_links(chosen: str) -> list[tuple[str, str, bool]]:
    """For a page: (label, address, whether it is shown) of each country; nothing where there is one."""
    found = countries()
    return [(country, f"?country={country}", country == chosen) for country in found] if len(found) > 1 else []


def country_choices() -> list[tuple[str, Any]]:
    """For a form."""
    return [(country, country) for country in countries()]


class CountryField(serializers.RegexField):
    """A country of which we have a book, ISO 3166, two letters."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(regex=r"^[A-Z]{2}$", **kwargs)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        code = super().run_validation(data)
        if code not in countries():
            raise serializers.ValidationError("We have no book of this country.")
        return code
