"""What can be recharged today, and what was recharged for somebody before."""

import datetime as dt
from dataclasses import dataclass

from django.db import models

from finance.recharge.models import Operator, Plan, Recharge
from stations.people.models import Person


@dataclass(frozen=True, slots=True)
class Shelf:
    """What one operator sells today, in the order in which it is offered."""

    operator: Operator
    plans: list[Plan]


def operators_on(date: dt.date, *, country: str) -> models.QuerySet[Operator]:
    """The operators whose phones can be recharged on a date."""
    operators = Operator.objects.on(date).filter(country=country, is_active=True)
    return operators.select_related("provider").order_by("position", "code")


def shelf_of(operator: Operator, *, on: dt.date) -> Shelf:
    """One operator's plans of a date: talktime first, small before large."""
    return Shelf(operator, list(_sold(on).filter(operator=operator)))


def shelves_on(date: dt.date, *, country: str) -> list[Shelf]:
    """Every operator of a date with its plans, in two statements."""
    operators = list(operators_on(date, country=country))
    plans = list(_sold(date).filter(operator__in=operators))
    return [Shelf(operator, [plan for plan in plans if plan.operator_id == operator.pk]) for operator in operators]


def plan_called(code: str, operator: Operator, *, on: dt.date) -> Plan | None:
    """The plan of this code that an operator sells on a date."""
    return Plan.objects.on(on).filter(operator=operator, code=code).select_related("operator").first()


def last_recharges(person: Person, *, limit: int) -> list[Recharge]:
    """The phones that a person had recharged, newest first, each once."""
    newest = (
        Recharge.objects.filter(payment__payer=person, payment__status="succeeded")
        .order_by("phone", "-payment")
        .distinct("phone")
        .values("pk")
    )
    recharges = Recharge.objects.filter(pk__in=newest).select_related("operator", "plan__operator", "payment")
    return list(recharges.order_by("-payment")[:limit])


def _sold(on: dt.date) -> models.QuerySet[Plan]:
    kinds = models.Case(
        *(models.When(kind=kind, then=place) for place, kind in enumerate(Plan.Kind.values)),
        output_field=models.SmallIntegerField(),
    )
    plans = Plan.objects.on(on).select_related("operator").annotate(place=kinds)
    return plans.order_by("operator", "place", "face_amount_minor", "code")
