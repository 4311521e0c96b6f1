"""A borrower hears of an agreed new plan, and of one that was not signed in time."""

import datetime as dt

from django.db import transaction
from django.utils import translation

from core.database.db import present
from core.days import day_in, latest_day
from core.history import record_change
from core.language import formatting
from core.notices.services import notify
from finance.loans.models import Loan, LoanAdjustment
from finance.loans.queries import borrower_now
from finance.loans.services.steps import tell

_S = LoanAdjustment.Status
SWEEP = 500


@transaction.atomic
def expire_plans(*, at: dt.datetime) -> int:
    """Agreed plans that nobody signed in time end, and borrower and recommender are told; how many there were."""
    over = LoanAdjustment.objects.filter(status=_S.AGREED, sign_by_date__lt=latest_day(at))
    loans = (
        Loan.objects.filter(pk__in=over.values("loan"))
        .order_by("pk")
        .select_for_update(of=("self",), no_key=True, skip_locked=True)[:SWEEP]
    )
    held = [loan.pk for loan in loans]
    ended = 0
    for plan in over.filter(loan__in=held).select_related("loan__station", "loan__application__station"):
        if present(plan.sign_by_date) < day_in(plan.loan.station.zone, at):
            _end(plan, at=at)
            ended += 1
    return ended


@transaction.atomic
def lapse_rates(*, at: dt.datetime) -> int:
    """Agreed rates of loans that ended before their first night end too; how many there were."""
    over = LoanAdjustment.objects.filter(
        kind=LoanAdjustment.Kind.RATE_CHANGE, status=_S.AGREED, valid_from_date__lt=latest_day(at)
    ).exclude(loan__status=Loan.Status.ACTIVE)
    rows = list(over.order_by("pk").select_for_update(of=("self",), no_key=True, skip_locked=True)[:SWEEP])
    for change in rows:
        change.status = _S.EXPIRED
        change.save(update_fields=["status", "updated_at"])
        record_change(change, old=_S.AGREED, new=change.status, at=at)
    return len(rows)


def _end(plan: LoanAdjustment, *, at: dt.datetime) -> None:
    plan.status = _S.EXPIRED
    plan.save(update_fields=["status", "updated_at"])
    record_change(plan, old=_S.AGREED, new=plan.status, at=at)
    if plan.loan.status != Loan.Status.ACTIVE:  # it was repaid meanwhile, and nobody waits for a plan
        return
    tell_of_plan(plan, "loan_plan_expired", at=at)
    tell([plan.loan.recommender], "loan_plan_unsigned", plan.loan.application, at=at, turn=str(plan.pk))


def tell_of_plan(plan: LoanAdjustment, template: str, *, at: dt.datetime) -> None:
    """A message about an agreed plan to the phone of a living borrower; the station explains it."""
    loan, person = plan.loan, borrower_now(plan.loan)
    if person.died_date or not person.phone:
        return
    with translation.override(person.language):
        day = formatting.day(present(plan.sign_by_date))
    notify(
        template=template,
        params={"number": loan.number[-4:], "station": loan.station.name, "day": day},
        language=person.language,
        phone=str(person.phone),
        dedupe_key=f"{template}:{plan.pk}",
        at=at,
        zone=loan.station.zone,
    )
