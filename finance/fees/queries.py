"""Which rules hold, and what was earned."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Q, Sum

from core.database.compiled_queries import compiled_query
from core.database.reference import stored
from core.days import instant_of
from core.models import StatusChange
from core.money import Money, share, zero
from core.web.ranges import ends_after, holds_on
from finance.fees.models import CommissionLine, CommissionPlan, CommissionRule, Tariff
from ledger.models import Account
from stations.accounts.models import User
from stations.models import Contract, Service, StationService
from stations.network.models import Station
from stations.scope import holds_everywhere

#: `CommissionLine.part` of the lines that take a whole sale back.
REVERSED = "reversed"
#: How it begins on the lines that take a part of a sale back.
GIVEN_BACK = "given_back"


def rules_of_plan(code: str, *, currency: str, on: dt.date) -> list[CommissionRule]:
    """The rules of the version that is approved for this date, in order, with their shares; none in other money.

    What is flat in a plan is in its currency: 1.50 of yuan says nothing of a sale in dinars.
    """
    return _rules_with_shares(code, currency, on)


@stored
def _rules_with_shares(code: str, currency: str, on: dt.date) -> list[CommissionRule]:
    rules = _rules_of_plan.all(code, currency, on)
    models.prefetch_related_objects(rules, "shares")
    return rules


@compiled_query
def _rules_of_plan(code: Any, currency: Any, on: Any) -> models.QuerySet[CommissionRule]:
    plan = (
        CommissionPlan.objects.filter(holds_on(on), code=code, currency=currency, status__in=["approved", "retired"])
        .order_by("-from_date", "-version")
        .values("pk")[:1]
    )
    return CommissionRule.objects.filter(plan=plan).select_related("plan").order_by("position")


def rules_written(plan: CommissionPlan) -> models.QuerySet[CommissionRule]:
    """The rules of one plan in order, with their shares."""
    return plan.rules.select_related("plan").prefetch_related("shares").order_by("position")


def contracts_under(code: str, *, at: dt.datetime) -> int:
    """How many running contracts name a plan."""
    return Contract.objects.running().filter(commission_plan_code=code).count()


def names_of_actors(changes: Iterable[StatusChange]) -> dict[Any, str]:
    """Who has signed these changes: colleagues of finance know one another by name."""
    users = get_user_model().objects.filter(pk__in={change.actor for change in changes if change.actor})
    return {user.pk: user.shown_name for user in users}


def agent_fee(*, service: str, base: Money, station: Station, on: dt.date) -> Money:
    """What the villager may be charged at this station: the nearest dated tariff, and nothing where there is none."""
    nearest = _nearest(_tariffs_reaching(tuple(_reach(station)), on, service, base.currency), station)
    return zero(base.currency) if nearest is None else fee_of(nearest, base)


@stored
def _tariffs_reaching(reach: tuple[int | None, ...], on: dt.date, service: str, currency: str) -> list[Tariff]:
    return _tariffs_of_service.all(reach, on, service, currency)


@compiled_query
def _tariffs_of_service(reach: Any, on: Any, service: Any, currency: Any) -> models.QuerySet[Tariff]:
    return _tariffs_in(reach).filter(holds_on(on), service=service, currency=currency)


def fee_of(tariff: Tariff, base: Money) -> Money:
    """What a tariff asks for an amount: half-up, at most its cap."""
    minor = tariff.value if tariff.kind == Tariff.Kind.FLAT else share(base.minor, tariff.value, rounding="half_up")
    return Money(minor if tariff.cap_minor is None else min(minor, tariff.cap_minor), base.currency)


@dataclass(frozen=True, slots=True)
class Price:
    """What one service of a station costs beside its amount: now, and from the next change on. None: nothing."""

    service: Service
    now: Tariff | None
    next: Tariff | None
    next_date: dt.date | None


def prices_at(station: Station, *, on: dt.date) -> list[Price]:
    """Every service that is switched on at a station, and what may be charged for it; two queries."""
    end_of_day = instant_of(station.zone, on + dt.timedelta(days=1), dt.time())
    switches = StationService.objects.filter(station=station, from_at__lt=end_of_day)
    on_now = switches.filter(Q(to_at=None) | Q(to_at__gte=end_of_day)).values("service")
    services = Service.objects.filter(pk__in=on_now).order_by("app", "code")
    of_service: dict[str, list[Tariff]] = defaultdict(list)
    here = _tariffs_at(station).filter(currency=station.currency)
    for tariff in here.filter(ends_after(on)):
        of_service[tariff.service].append(tariff)
    return [_price(service, of_service[service.code], station, on) for service in services]


def _price(service: Service, tariffs: list[Tariff], station: Station, on: dt.date) -> Price:
    """The nearest tariff decides on each day; the next change is the first day on which another one does."""
    now = _nearest([each for each in tariffs if each.from_date <= on], station)
    changes = sorted({day for each in tariffs for day in (each.from_date, each.to_date) if day and day > on})
    for day in changes:
        then = _nearest([each for each in tariffs if each.state_on(day) == Tariff.State.IN_FORCE], station)
        if then != now:
            return Price(service, now, then, day)
    return Price(service, now, None, None)


def _reach(station: Station) -> list[int | None]:
    """The divisions that a station lies in, the nearest first."""
    return [station.village_id, station.township_id, station.county_id, station.prefecture_id, station.province_id]


def _tariffs_at(station: Station) -> models.QuerySet[Tariff]:
    return _tariffs_in(_reach(station))


def _tariffs_in(divisions: Any) -> models.QuerySet[Tariff]:
    return Tariff.objects.filter(Q(division_id__in=divisions) | Q(division=None))


def _nearest(tariffs: Iterable[Tariff], station: Station) -> Tariff | None:
    reach = _reach(station)
    return min(
        tariffs, key=lambda tariff: reach.index(tariff.division_id) if tariff.division_id else len(reach), default=None
    )


def standing_lines(
    *, station: Station, service: str, target: str, since: dt.datetime, until: dt.datetime
) -> dict[str, list]:
    """The lines of payments to one target that were not taken back, by event, first taken first.

    What was given back of them in part is left out: the rest of a payment counts as the whole did.
    """
    events: dict[str, list[CommissionLine]] = defaultdict(list)
    for line in _lines_to_target.all(station.pk, service, target, since, until):
        events[line.event_id].append(line)
    return {event: lines for event, lines in events.items() if not any(line.part == REVERSED for line in lines)}


@compiled_query
def _lines_to_target(
    station: Station, service: Any, target: Any, since: Any, until: Any
) -> models.QuerySet[CommissionLine]:
    lines = CommissionLine.objects.filter(
        station=station, service=service, target=target, taken_at__gte=since, taken_at__lte=until
    )
    lines = lines.exclude(part__startswith=GIVEN_BACK).select_related("rule__plan", "account", "source")
    return lines.order_by("taken_at", "event_id", "pk")


def own_part_of(user: User, payment: Any) -> Money | None:
    """What one payment has earned this person so far; None when nothing."""
    lines = CommissionLine.objects.filter(event_type="payment", event_id=str(payment.pk), payee=user.pk)
    minor = lines.aggregate(minor=Sum("amount_minor"))["minor"]
    return Money(minor, payment.currency) if minor else None


def adjustable_accounts(user: User) -> models.QuerySet[Account]:
    """The open accounts, for the one who corrects those of the whole network; none for anybody else."""
    accounts = Account.objects.select_related("book").filter(closed_at=None)
    return accounts if holds_everywhere(user, "finance.adjust_account") else accounts.none()


@dataclass(frozen=True, slots=True)
class Party:
    """Who earned what of one sale, in words."""

    name: str
    amount: Money
    is_me: bool


def lines_of(user: User, *, before: UUID | None = None) -> models.QuerySet[CommissionLine]:
    """What this person earned, newest first; `before` is the last line of the page above."""
    lines = CommissionLine.objects.filter(payee=user.pk).select_related("station")
    return (lines.filter(pk__lt=before) if before else lines).order_by("-id")


def parties_of(line: CommissionLine) -> list[Party]:
    """Everybody who earned from the same event and service, without naming other people."""
    lines = CommissionLine.objects.filter(
        event_type=line.event_type, event_id=line.event_id, service=line.service, reverses=None
    )
    return [
        Party(str(other.get_beneficiary_display()), other.amount, is_me=other.payee == line.payee)
        for other in lines.order_by("id")
    ]
