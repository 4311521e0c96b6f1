"""A check-up is completed: the clinic is paid by the county, the station earns, and values count as a visit."""

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.days import day_in
from core.errors import Refused, SamePerson, WrongState, refused_by, refuses
from core.history import record_change
from core.language import formatting
from finance import chart
from finance.fees.services import Sale, accrue_fees
from finance.settlement.services import accrue_payable
from health.checkups.machine import ORDER
from health.checkups.models import CheckupOrder, CheckupReport
from health.checkups.queries import current_results, is_examined, missing_items, orders
from health.checkups.services.arriving import SERVICE
from health.checkups.services.visits import readings_of
from health.chronic.models import Enrolment
from health.chronic.services import record_visit
from health.chronic.services.enrolling import ProtocolNotActive
from health.hospitals.models import HOSPITAL_ROLES
from health.records.services import has_agreed
from ledger.kinds import KINDS
from ledger.services import SYSTEM, book_of, open_account
from stations.accounts.models import Post, User
from stations.accounts.queries import own_logins
from stations.two_persons import require_two_persons

EVENT = "checkup"
_S = CheckupOrder.Status


class ItemsMissing(Refused):
    """A needed item has neither a result nor a reason."""

    code = "items_missing"
    status = 422
    message = _("Still missing: %(items)s. Enter a result, or why there is none.")


class NothingExamined(Refused):
    """Each item has a reason for having no result: nobody pays for that."""

    code = "nothing_examined"
    status = 422
    message = _("Nothing was examined. Take the resident from the list.")


@refuses(WrongState, ItemsMissing, NothingExamined, SamePerson, *refused_by(accrue_payable, record_visit))
@transaction.atomic
def finish_order(*, order: CheckupOrder, by: User, at: dt.datetime) -> CheckupOrder:
    """Complete a check-up of which each needed item has a result or a reason; said again it answers as before.

    subsidy (the county's campaign) -> supplier (the clinic): the price, once. Where the people of the station received
    the resident, their fee by the plan: subsidy -> commission. Nobody completes the own check-up.
    """
    lock(order)
    order = orders().get(pk=order.pk)
    if order.status == _S.COMPLETED:
        return order
    ORDER.check("finish_order", order.status)
    require_two_persons(by, order.resident_id)
    missing = missing_items(order)
    if missing:
        raise ItemsMissing(items=formatting.listed([each.title for each in missing]))
    if not is_examined(order):
        raise NothingExamined
    order.visit_id = _count_as_visit(order, by=by, at=at)
    order.status, order.completed_at, order.completed_by = _S.COMPLETED, at, by
    order.save(update_fields=["status", "completed_at", "completed_by", "visit", "updated_at"])
    record_change(order, old=_S.ACTIVE, new=_S.COMPLETED, at=at, actor=by.pk)
    report = order.report
    report.status = CheckupReport.Status.PRELIMINARY
    report.save(update_fields=["status", "updated_at"])
    record_change(report, old=CheckupReport.Status.REGISTERED, new=report.status, at=at, actor=by.pk)
    _pay_clinic(order, at=at)
    _pay_station(order, at=at)
    return order


def _pay_clinic(order: CheckupOrder, *, at: dt.datetime) -> None:
    """The county pays afterwards: its account may fall below nothing, as far as the budget goes."""
    campaign, station = order.campaign, order.day.station
    country = campaign.clinic.division.country
    key = _source_of(order)
    source = open_account(
        book=book_of(country),
        kind=key.kind,
        key=key.key,
        currency=campaign.currency,
        at=at,
        limit=KINDS[key.kind].other_limit,
    )
    account = chart.open_one(chart.hospital(campaign.clinic.code), country=country, currency=campaign.currency, at=at)
    accrue_payable(
        event_type=EVENT,
        event_id=str(order.pk),
        account=account,
        amount=campaign.price,
        source=source,
        eligible_at=at,
        explanation={"kind": "checkup", "campaign": campaign.number},
        station=station,
        at=at,
    )


def _pay_station(order: CheckupOrder, *, at: dt.datetime) -> None:
    """Whoever of the station received the resident earns by its plan; who worked in a clinic then does not."""
    user, station = order.arrived_by, order.day.station
    if user is None or order.arrived_at is None or _works_in_clinic(user, order.arrived_at):
        return
    if order.campaign.currency != station.currency:
        return
    sale = Sale(
        event_type=EVENT,
        event_id=str(order.pk),
        service=SERVICE,
        base=order.campaign.price,
        station=station,
        acted_by=user,
        taken_at=order.arrived_at,
        party=order.campaign.clinic.code,
    )
    accrue_fees(sale=sale, source=_source_of(order), made_by=SYSTEM, at=at)


def _works_in_clinic(user: User, at: dt.datetime) -> bool:
    """With any login of this person."""
    return Post.objects.live(at).filter(user__in=own_logins(user), role__in=HOSPITAL_ROLES).exists()


def _source_of(order: CheckupOrder) -> chart.AccountKey:
    return chart.subsidy(order.day.station.county, f"checkup-{order.campaign.number}")


def _count_as_visit(order: CheckupOrder, *, by: User, at: dt.datetime) -> UUID | None:
    """Pressure and fasting glucose count once as a visit face to face, where the clinic cares for the resident.

    Not where nobody answered whether the medicines are taken, or care began after the day of the check-up.
    """
    results = {row.item.code: row for row in current_results(order).values()}
    readings, taken = readings_of(results), results.get("medicines")
    enrolment = (
        Enrolment.objects.filter(resident=order.resident_id, clinic=order.campaign.clinic_id, status="active")
        .order_by("started_date", "pk")
        .first()
    )
    if enrolment is None or not readings or taken is None or not taken.choice or not has_agreed(order.resident):
        return None
    measured = results["systolic"] if "systolic" in results else results["glucose"]
    day = day_in(order.campaign.clinic.zone, measured.made_at)
    if enrolment.started_date is None or day < enrolment.started_date:
        return None
    try:
        with transaction.atomic():
            visit = record_visit(
                enrolment=enrolment, readings=readings, medicines=taken.choice, visit_date=day, by=by, at=at
            )
    except ProtocolNotActive:
        return None
    # A second look at one day adds to the visit that an earlier campaign's check-up has made.
    return None if CheckupOrder.objects.filter(visit=visit).exists() else visit.pk
