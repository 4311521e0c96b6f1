"""Complaints are given to somebody, the company is asked, an answer is given; clocks that are missed call for help."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, present
from core.days import day_in
from core.errors import Refused, WrongState, refuses
from core.events.services import publish
from core.language.reasons import needs_words, no_identity_numbers
from core.notices.services import notify
from finance.complaints.clocks import after_business_days
from finance.complaints.machine import COMPLAINT
from finance.complaints.models import Complaint
from finance.complaints.services.steps import move, tell
from stations.accounts.models import Role, User
from stations.accounts.queries import people_in_role

#: The company answers within so many business days, the person within so many of the reopening.
PROVIDER_WITHIN, ANSWERED_WITHIN = 1, 3
#: So long a resident may say that the answer is not good enough; then it is closed.
REOPENED_WITHIN = dt.timedelta(days=30)
SWEEP = 500

Status = Complaint.Status


class AssigneeOutOfReach(Refused):
    """Anyone who works on it must be of the county."""

    code = "assignee_out_of_reach"
    status = 422
    message = _("Only someone from this county can work on it.")


class DecidedByFinance(Refused):
    """The county works on complaints about payments; entries of accounts are decided by finance."""

    code = "decided_by_finance"
    message = _("This is a dispute of an entry. Finance decides it.")


class ReopenPeriodOver(Refused):
    """Too late to say that the answer is not good enough."""

    code = "reopen_period_over"
    message = _("This was answered on %(date)s. It could be reopened for 30 days.")


@refuses(WrongState, AssigneeOutOfReach, DecidedByFinance)
@transaction.atomic
def assign_complaint(*, complaint: Complaint, assignee: Any, by: User, at: dt.datetime) -> Complaint:
    """Give a complaint to somebody of the county."""
    complaint = _of_county(complaint)
    COMPLAINT.check("assign_complaint", complaint.status)
    roles = (Role.COUNTY_MANAGER, Role.COUNTY_CLERK)
    within = (people_in_role(role, at=at, station=complaint.station).filter(pk=assignee.pk) for role in roles)
    if not any(people.exists() for people in within):
        raise AssigneeOutOfReach(field="assignee")
    complaint.assignee, complaint.provider_due_at = assignee, None
    move(complaint, Status.ASSIGNED, at=at, by=by)
    tell([assignee], "complaint_assigned", complaint, at=at, turn=f":{at.timestamp()}")
    return complaint


@refuses(WrongState, DecidedByFinance)
@no_identity_numbers("note")
@transaction.atomic
def ask_provider(*, complaint: Complaint, note: str, by: User, at: dt.datetime) -> Complaint:
    """Note that the company was asked; its clock begins."""
    complaint = _of_county(complaint)
    COMPLAINT.check("ask_provider", complaint.status)
    station = complaint.station
    complaint.provider_due_at = after_business_days(
        PROVIDER_WITHIN, country=station.county.country, zone=station.zone, at=at
    )
    return move(complaint, Status.PENDING_WITH_PROVIDER, at=at, by=by, reason=note)


@refuses(WrongState, DecidedByFinance)
@needs_words("answer")
@transaction.atomic
def resolve_complaint(*, complaint: Complaint, outcome: str, answer: str, by: User, at: dt.datetime) -> Complaint:
    """Answer: the person was right, or nothing was wrong; they are told."""
    complaint = _of_county(complaint)
    COMPLAINT.check("resolve_complaint", complaint.status)
    complaint.outcome, complaint.answer = outcome, answer
    complaint.resolved_by, complaint.resolved_at = by, at
    move(complaint, Status.RESOLVED, at=at, by=by, reason=answer)
    if outcome == Complaint.Outcome.UPHELD:
        publish_upheld(complaint, at=at)
    _tell_answer(complaint, at=at)
    return complaint


@refuses(WrongState, ReopenPeriodOver, DecidedByFinance)
@no_identity_numbers("note")
@transaction.atomic
def reopen_complaint(*, complaint: Complaint, note: str, by: User | None, at: dt.datetime) -> Complaint:
    """The answer is not good enough, says the resident within 30 days; the one who answered works on it again."""
    complaint = _of_county(complaint)
    COMPLAINT.check("reopen_complaint", complaint.status)
    resolved_at = present(complaint.resolved_at)
    if at - resolved_at > REOPENED_WITHIN:
        raise ReopenPeriodOver(date=day_in(complaint.station.zone, resolved_at))
    station = complaint.station
    complaint.assignee = complaint.resolved_by
    complaint.outcome = complaint.answer = ""
    complaint.resolved_by = complaint.resolved_at = complaint.provider_due_at = None
    complaint.times_reopened += 1
    complaint.due_at = after_business_days(ANSWERED_WITHIN, country=station.county.country, zone=station.zone, at=at)
    move(complaint, Status.ASSIGNED, at=at, by=by, reason=note)
    tell([complaint.assignee], "complaint_reopened", complaint, at=at)
    return complaint


@refuses(WrongState)
@transaction.atomic
def escalate_overdue(*, at: dt.datetime) -> int:
    """What has missed a clock is overdue: the county's manager and finance are told; how many there were."""
    missed = (
        Q(status=Status.LOGGED, assign_due_at__lte=at)
        | Q(status=Status.PENDING_WITH_PROVIDER, provider_due_at__lte=at)
        | Q(status__in=[Status.LOGGED, Status.ASSIGNED, Status.PENDING_WITH_PROVIDER], due_at__lte=at)
    )
    rows = list(
        Complaint.objects.filter(missed)
        .select_related("station__county")
        .order_by("pk")
        .select_for_update(of=("self",), no_key=True, skip_locked=True)[:SWEEP]
    )
    for complaint in rows:
        COMPLAINT.check("escalate_complaint", complaint.status)
        move(complaint, Status.ESCALATED, at=at)
        for role in (Role.COUNTY_MANAGER, Role.FINANCE_OFFICER):
            people = people_in_role(role, at=at, station=complaint.station)
            tell(people, "complaint_overdue", complaint, at=at, turn=f":{at.timestamp()}")
    return len(rows)


@refuses(WrongState)
@transaction.atomic
def close_answered(*, at: dt.datetime) -> int:
    """What was answered 30 days ago and not opened again is closed; how many there were."""
    rows = list(
        Complaint.objects.filter(status=Status.RESOLVED, resolved_at__lt=at - REOPENED_WITHIN)
        .order_by("pk")
        .select_for_update(of=("self",), no_key=True, skip_locked=True)[:SWEEP]
    )
    for complaint in rows:
        COMPLAINT.check("close_complaint", complaint.status)
        move(complaint, Status.CLOSED, at=at)
    return len(rows)


def publish_upheld(complaint: Complaint, *, at: dt.datetime) -> None:
    """Somebody was right: the station's figures hear of it."""
    publish(
        "finance.complaint_upheld",
        at=at,
        complaint=str(complaint.pk),
        payment=str(complaint.payment_id) if complaint.payment_id else None,
        kind=complaint.kind,
        station=complaint.station_id,
    )


def _of_county(complaint: Complaint) -> Complaint:
    complaint = lock(complaint)
    if complaint.entry_id:
        raise DecidedByFinance
    return complaint


def _tell_answer(complaint: Complaint, *, at: dt.datetime) -> None:
    payment = present(complaint.payment)
    if complaint.logged_by:
        tell([complaint.logged_by], "complaint_answered_at_counter", complaint, at=at)
    if not payment.payer_phone:
        return
    language = payment.payer.language if payment.payer else settings.LANGUAGE_CODE
    notify(
        template=f"complaint_{complaint.outcome}",
        params={"number": complaint.number[-4:], "station": payment.station.name},
        language=language,
        phone=str(payment.payer_phone),
        dedupe_key=f"complaint_answered:{complaint.pk}:{complaint.times_reopened}",
        at=at,
        zone=payment.station.zone,
    )
