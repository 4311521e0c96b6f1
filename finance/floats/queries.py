"""The money rules of a station, and what its float holds."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from math import cos, hypot, radians
from typing import Any

from django.db import models
from django.db.models.functions import Concat

from core.countries import usual_in
from core.database.compiled_queries import compiled_query
from core.database.db import present
from core.database.reference import stored
from core.days import day_in
from core.money import Money, zero
from finance import chart
from finance.floats.models import FloatDay, FloatForecast, FloatTopUp, FloatTransfer, StationMoney
from finance.recon.models import BankStatementLine
from ledger.models import Account
from stations.accounts.models import User
from stations.models import Contract, Station
from stations.network.queries import WORKING

KM_PER_DEGREE = 111.2
#: Where nobody knows where a station stands.
FAR = Decimal(10_000)


@dataclass(frozen=True, slots=True)
class FloatState:
    """A partner's float now: what is there, what can be used, and what the `days` until the next bank day will take.

    Where nobody has looked ahead yet, `need` is the least float of the station and `days` is 0.
    """

    posted: Money
    available: Money
    need: Money
    days: int = 0

    @classmethod
    def empty(cls, station: Station, *, at: dt.datetime) -> "FloatState":
        """A float that nobody has filled yet."""
        nothing = zero(station.currency)
        return cls(nothing, nothing, *_need(station, at))

    @property
    def set_aside(self) -> Money:
        """Held for payments in progress."""
        return self.posted - self.available

    @property
    def is_low(self) -> bool:
        """Whether it will not last until money from a bank can arrive."""
        return self.available < self.need

    @property
    def days_of_cover(self) -> Decimal | None:
        """For how many days it lasts at this pace, one decimal, rounded down; None where nothing is known."""
        if not self.days or not self.need:
            return None
        return Decimal(self.available.minor * self.days * 10 // self.need.minor) / 10


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A station of the county with float to spare, and how far it is on a flat map; None where nobody knows."""

    station: Station
    spare: Money
    kilometres: Decimal | None


def money_rules(station: Station, *, on: dt.date) -> StationMoney:
    """The rules of this date; a station without a row is prepaid with the usual limits of its country."""
    return _rules_of(station.pk, on) or StationMoney(
        station=station,
        currency=station.currency,
        mode=StationMoney.Mode.PREPAID,
        from_date=on,
        **limits_in(station.county.country, station.currency),
    )


def limits_in(country: str, currency: str) -> dict[str, int]:
    """The usual limits of a country by column, minor units. Refused: `country_unknown`."""
    limits = usual_in(country, currency).limits
    return {f"{field.name}_minor": getattr(limits, field.name).minor for field in fields(limits)}


@stored
def _rules_of(station: int, on: dt.date) -> StationMoney | None:
    return _rules_on.first(station, on)


@compiled_query
def _rules_on(station: Station, on: dt.date) -> models.QuerySet[StationMoney]:
    return StationMoney.objects.filter(station=station).on(on)


def partner_contract(station: Station) -> Contract | None:
    """The running contract of the station's partner, with the user; None where there is none."""
    return _partner_contracts(station).select_related("user").first()


def partner_of(station: Station) -> Any:
    """The id of the user whose running partner contract it is, or None."""
    return _user_under_contract(station.pk)


@stored
def _user_under_contract(station: int) -> Any:
    contract = _contracts_of_partner.first(station)
    return contract and contract.user_id


def began_after(station: Station, date: dt.date) -> bool:
    """Whether today's partner took the station over after this date."""
    return _partner_contracts(station).filter(from_date__gt=date).exists()


def _partner_contracts(station: Station) -> models.QuerySet[Contract]:
    return Contract.objects.running().filter(station=station, kind=Contract.Kind.PARTNER)


_contracts_of_partner = compiled_query(_partner_contracts)


def float_account(station: Station) -> Account | None:
    """The account of the float of today's partner; None until it is first filled."""
    return _float_accounts(station).first()


def _float_accounts(station: Station) -> models.QuerySet[Account]:
    floats = Account.objects.filter(kind="float", code__startswith=f"float:{station.code}:", closed_at=None)
    return floats.filter(holder__in=_partner_contracts(station).values("user")).order_by()


def float_state(station: Station, *, at: dt.datetime) -> FloatState | None:
    """The partner's float at this station, or None where there is no partner or no float yet."""
    newest = _forecasts(station, at)
    account = (
        _float_accounts(station)
        .annotate(
            need_minor=models.Subquery(newest.values("need_minor")[:1]),
            date=models.Subquery(newest.values("date")[:1]),
            until_date=models.Subquery(newest.values("until_date")[:1]),
        )
        .first()
    )
    if account is None:
        return None
    # Read just now; no entry of a float is queued.
    if account.date is None:
        return FloatState(account.posted, account.available, _usual_need(station, at))
    need, days = Money(account.need_minor, station.currency), (account.until_date - account.date).days
    return FloatState(account.posted, account.available, need, days)


def float_after(station: Station, total: Money, *, at: dt.datetime) -> Money | None:
    """What would still be available on the partner's float after a sale; None where there is no float."""
    state = float_state(station, at=at)
    return state.available - total if state else None


def latest_forecast(station: Station, *, at: dt.datetime) -> FloatForecast | None:
    """The newest look ahead that still counts: of today or of last evening."""
    return _forecasts(station, at).first()


def _forecasts(station: Station, at: dt.datetime) -> models.QuerySet[FloatForecast]:
    since = day_in(station.zone, at) - dt.timedelta(days=1)
    return FloatForecast.objects.filter(station=station, date__gte=since).order_by("-date")


def float_out_days(station: Station, *, at: dt.datetime, days: int) -> int:
    """On how many of the last days villagers were turned away because the float was too small."""
    since = day_in(station.zone, at) - dt.timedelta(days=days)
    return FloatDay.objects.filter(station=station, date__gt=since, refusals__gt=0).count()


def covered(station: Station, *, at: dt.datetime, days: int) -> list[FloatForecast]:
    """The forecasts of the last days, oldest first."""
    since = day_in(station.zone, at) - dt.timedelta(days=days)
    return list(FloatForecast.objects.filter(station=station, date__gt=since).order_by("date"))


def waiting_for(user: User, *, at: dt.datetime) -> models.QuerySet[FloatTransfer]:
    """Floats on their way to this person, not answered yet; the first to expire first."""
    sent = FloatTransfer.objects.filter(receiver=user.pk, status=FloatTransfer.Status.SENT, expires_at__gt=at)
    return sent.select_related("from_station").order_by("expires_at")


def centre_of(station: Station) -> Station | None:
    """The centre of a station's county, whose till takes cash for the float."""
    centres = Station.objects.select_related("county").filter(kind=Station.Kind.COUNTY_CENTRE, county=station.county)
    return centres.exclude(status=Station.Status.CLOSED).first()


def partners_of(stations: Any) -> dict[int, Any]:
    """The partners under contract at these stations (ids, or a query of them): station -> user."""
    running = Contract.objects.running().filter(station__in=stations, kind=Contract.Kind.PARTNER)
    return {contract.station_id: contract.user for contract in running.select_related("user")}


def neighbours_who_could_help(station: Station, *, at: dt.datetime, most: int = 3) -> list[Neighbour]:
    """The nearest stations of the county whose float holds more than they will need themselves."""
    near = _by_distance(station)
    spare = _spare(near, since=day_in(station.zone, at) - dt.timedelta(days=1), currency=station.currency)
    helpers = [neighbour for neighbour in near if neighbour.pk in spare]
    return [Neighbour(other, spare[other.pk], _kilometres(station, other)) for other in helpers[:most]]


def stations_to_lend_to(station: Station, *, most: int = 12) -> list[Neighbour]:
    """The nearest stations of the county with a partner whose float may move; what they have is not told."""
    running = Contract.objects.running().exclude(status=Contract.Status.SUSPENDED)
    can_take = set(
        running.filter(station__county=station.county, kind=Contract.Kind.PARTNER).values_list("station", flat=True)
    )
    near = [other for other in _by_distance(station) if other.pk in can_take]
    return [Neighbour(other, zero(other.currency), _kilometres(station, other)) for other in near[:most]]


def newest_date(forecasts: models.QuerySet[FloatForecast]) -> dt.date | None:
    """The last evening on which any of them was looked ahead for."""
    return forecasts.order_by("-pk").values_list("date", flat=True).first()


def newest_of_each_station(
    forecasts: models.QuerySet[FloatForecast], *, date: dt.date | None
) -> models.QuerySet[FloatForecast]:
    """The newest of each station, of a date or the day before."""
    if date is None:
        return forecasts.none()
    newest = (
        FloatForecast.objects.filter(station=models.OuterRef("station"), date__gte=date - dt.timedelta(days=1))
        .order_by("-date")
        .values("pk")[:1]
    )
    return forecasts.filter(date__gte=date - dt.timedelta(days=1), pk=models.Subquery(newest))


def _need(station: Station, at: dt.datetime) -> tuple[Money, int]:
    forecast = latest_forecast(station, at=at)
    return (forecast.need, forecast.days) if forecast else (_usual_need(station, at), 0)


def _usual_need(station: Station, at: dt.datetime) -> Money:
    return Money(money_rules(station, on=day_in(station.zone, at)).float_min_minor, station.currency)


def _by_distance(station: Station) -> list[Station]:
    others = Station.objects.filter(county=station.county, currency=station.currency, status__in=WORKING)
    rows = list(others.exclude(pk=station.pk).order_by("code"))
    return sorted(rows, key=lambda other: _kilometres(station, other) or FAR)


def _spare(stations: Sequence[Station], *, since: dt.date, currency: str) -> dict[int, Money]:
    """What each of them can use beyond its own need; stations without, or whose float stands still, are left out."""
    newest = FloatForecast.objects.filter(station__in=stations, date__gte=since).order_by("station", "-date")
    needs = {row.station_id: row.need for row in newest.distinct("station")}
    running = Contract.objects.running().exclude(status=Contract.Status.SUSPENDED)
    partners = running.filter(station__in=needs, kind=Contract.Kind.PARTNER).select_related("station")
    codes = {chart.float_of(each.station, each.user_id).code: each.station_id for each in partners}
    accounts = Account.objects.filter(code__in=codes, currency=currency, closed_at=None)
    spare = {
        codes[each.code]: Money(each.credits_posted - each.debits_posted - each.debits_pending, currency)
        - needs[codes[each.code]]
        for each in accounts
    }
    return {pk: money for pk, money in spare.items() if money.minor > 0}


def _kilometres(one: Station, other: Station) -> Decimal | None:
    """On a flat map: near, not exact."""
    if one.latitude is None or other.latitude is None:
        return None
    north = float(other.latitude - one.latitude)
    east = float(present(other.longitude) - present(one.longitude)) * cos(radians(float(one.latitude)))
    return Decimal(round(hypot(north, east) * KM_PER_DEGREE * 10)) / 10


def unmatched_bank_lines(topup: FloatTopUp) -> models.QuerySet[Any]:
    """Incoming bank lines that may be this top-up: of its book, taken by nothing, and with its reference or amount.

    Any other line is credited from its own page, by whoever knows whose money it is.
    """
    fits = models.Case(models.When(text__icontains=topup.reference, then=0), default=1)
    lines = BankStatementLine.objects.filter(
        models.Q(text__icontains=topup.reference) | models.Q(amount_minor=topup.amount_minor),
        direction="in",
        currency=topup.currency,
        country=topup.station.county.country,
        explained_minor=0,
        topup=None,
    )
    return lines.annotate(fits=fits).order_by("fits", "-value_date")[:20]


def partners_to_credit(bank_line: BankStatementLine, *, text: str, most: int = 12) -> list[Contract]:
    """Running contracts of partners in the book and currency of this line, by station or partner; none without a text.

    The text is the code of a station, or a part of its name or of the partner's.
    """
    if not text:
        return []
    contracts = Contract.objects.running().filter(
        kind=Contract.Kind.PARTNER,
        station__county__country=bank_line.country,
        station__currency=bank_line.currency,
    )
    named = contracts.annotate(
        family_first=Concat("user__last_name", "user__first_name"),
        given_first=Concat("user__first_name", models.Value(" "), "user__last_name"),
    )
    by_partner = models.Q(family_first__icontains=text) | models.Q(given_first__icontains=text)
    by_station = models.Q(station__code__startswith=text) | models.Q(station__name__icontains=text)
    return list(
        named.filter(by_partner | by_station).select_related("station", "user").order_by("station__code")[:most]
    )
