"""Commission plans: drawn up by one person, put in force by another, never edited afterwards."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Min
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.days import day_in
from core.errors import Refused, SamePerson, WrongState, refuses
from core.history import changes_of, record_change
from core.state_machines import Machine
from finance.fees.models import CommissionPlan
from ledger.services import book_of
from stations.accounts.models import User
from stations.two_persons import require_two_persons

PLAN = Machine(
    name="commission plan",
    states=CommissionPlan.Status,
    arrows={
        "write_rule": frozenset({CommissionPlan.Status.DRAFT}),
        "raise_rule": frozenset({CommissionPlan.Status.DRAFT}),
        "remove_rule": frozenset({CommissionPlan.Status.DRAFT}),
        "discard_commission_plan": frozenset({CommissionPlan.Status.DRAFT}),
        "approve_commission_plan": frozenset({CommissionPlan.Status.DRAFT}),
        "retire_commission_plan": frozenset({CommissionPlan.Status.APPROVED}),
    },
)


class PlanStartsTooEarly(Refused):
    """A plan may not change what has already been earned."""

    code = "plan_starts_too_early"
    status = 422
    message = _("A plan must start after today (%(today)s).")


class PlanIsEmpty(Refused):
    """A plan without rules would pay nobody."""

    code = "plan_is_empty"
    status = 422
    message = _("This plan has no rules yet.")


class PlanInForce(Refused):
    """A plan is put away only when its time has passed: what is sold today still needs it."""

    code = "plan_in_force"
    message = _("This plan is still in force. Approve the version that follows it first.")


@refuses(WrongState, SamePerson, PlanStartsTooEarly, PlanIsEmpty)
@transaction.atomic
def approve_commission_plan(*, plan: CommissionPlan, by: User, at: dt.datetime) -> CommissionPlan:
    """Put a draft in force from its date, until the version that follows it.

    By nobody who has written in it.
    """
    plan = lock(plan)
    PLAN.check("approve_commission_plan", plan.status)
    require_two_persons(by, *writers_of(plan))
    refuse_past(plan.from_date, country=plan.country, at=at)
    if not plan.rules.exists():
        raise PlanIsEmpty
    before = plan.status
    others = CommissionPlan.objects.filter(code=plan.code, status="approved")
    others.filter(from_date__lt=plan.from_date, to_date=None).update(to_date=plan.from_date)
    plan.to_date = others.filter(from_date__gt=plan.from_date).aggregate(next=Min("from_date"))["next"]
    plan.status, plan.approved_by, plan.approved_at = CommissionPlan.Status.APPROVED, by, at
    plan.save(update_fields=["status", "to_date", "approved_by", "approved_at", "updated_at"])
    record_change(plan, old=before, new=plan.status, at=at, actor=by.pk)
    return plan


@refuses(WrongState, PlanInForce)
@transaction.atomic
def retire_commission_plan(*, plan: CommissionPlan, by: User, at: dt.datetime) -> CommissionPlan:
    """Put away a plan whose time has passed; what was earned under it still says so."""
    plan = lock(plan)
    PLAN.check("retire_commission_plan", plan.status)
    if plan.to_date is None or plan.to_date > day_in(book_of(plan.country).zone, at):
        raise PlanInForce
    before, plan.status = plan.status, CommissionPlan.Status.RETIRED
    plan.save(update_fields=["status", "updated_at"])
    record_change(plan, old=before, new=plan.status, at=at, actor=by.pk)
    return plan


def writers_of(plan: CommissionPlan) -> set[Any]:
    """Everybody who has drawn up a part of a draft: none of them approves it."""
    return {plan.created_by_id, *changes_of(plan).values_list("actor", flat=True)} - {None}


@refuses(PlanStartsTooEarly)
def refuse_past(from_date: dt.date, *, country: str, at: dt.datetime) -> None:
    """What a sale earns is known before its day begins."""
    today = day_in(book_of(country).zone, at)
    if from_date <= today:
        raise PlanStartsTooEarly(field="from_date", today=today)
