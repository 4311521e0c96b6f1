"""Where and when counties are settled."""

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.db.models import Case, F, Value, When

from finance.settlement.models import InstalledCountry
from ledger.models import Book
from stations.models import Division, Station

CENTRE_FIRST = Case(When(kind=Station.Kind.COUNTY_CENTRE, then=Value(0)), default=Value(1))


def counties(*, zone: str, date: dt.date) -> Iterable[str]:
    """The codes of the counties that are settled by this zone's clock; also those whose stations have all closed."""
    first = Station.objects.order_by("county_id", CENTRE_FIRST, "code").distinct("county_id")
    return sorted(code for code, clock in first.values_list("county__code", "zone") if clock == zone)


def books(*, zone: str, date: dt.date) -> Iterable[str]:
    """The codes of the countries' books of this zone; those of lenders are closed by themselves."""
    return Book.objects.filter(zone=zone, code=F("country")).order_by("code").values_list("code", flat=True)


def county_of(code: str) -> Division:
    """The county of this code, also one that has ended."""
    return Division.objects.filter(level=Division.Level.COUNTY, code=code).order_by("-valid_from")[0]


def zone_of(county: Division) -> str:
    """The zone by whose clock a county is settled: its centre's, or that of its first station."""
    zones = Station.objects.filter(county=county).order_by(CENTRE_FIRST, "code").values_list("zone", flat=True)
    return zones.first() or settings.ECOMNET_ZONE


def head_county(country: str) -> Division | None:
    """The county that settles what belongs to no county: the one that is set for the country, or its first."""
    chosen = Division.objects.filter(pk__in=InstalledCountry.objects.filter(country=country).values("head_county"))
    return chosen.order_by("code").first() or _first_county(country)


def _first_county(country: str) -> Division | None:
    return Division.objects.filter(pk__in=counties_with_stations(country)).order_by("code").first()


def counties_with_stations(country: str) -> list[int]:
    """The ids of the counties of a country in which stations are, or were."""
    rows = Station.objects.filter(county__country=country).order_by().values_list("county", flat=True).distinct()
    return list(rows)
