"""Cover goes on: the people of an enrolment that ends are enrolled anew, and their premiums are paid anew."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.days import day_in
from core.errors import Refused, refuses
from core.notices.services import notify
from finance.insurance.models import EnrolmentBatch, InsuranceProductVersion
from finance.insurance.queries import renewable, to_renew
from finance.insurance.services.enrolment import (
    ACCEPTED,
    FAULTS,
    LineRepeated,
    MovedAway,
    NoLineAccepted,
    PolicyOverlap,
    StartPast,
    VersionNotInForce,
    fault_of,
    insured_in,
    terms_of,
    write_enrolment,
)
from ledger.services import book_of
from stations.accounts.models import Role, User
from stations.accounts.queries import people_in_role
from stations.network.models import Station
from stations.people.models import Person
from stations.people.queries import standing_record
from stations.places.models import Division

DAY = dt.timedelta(days=1)
#: The county is told so many days before cover ends.
TOLD_BEFORE = (60, 30)


class NothingToRenew(Refused):
    """Nobody of the enrolment has cover that ends soon and goes on in no other policy."""

    code = "nothing_to_renew"
    message = _("No one's cover on this list ends within the next 60 days, or it was renewed already.")


@refuses(NothingToRenew, VersionNotInForce, StartPast, NoLineAccepted, PolicyOverlap)
@transaction.atomic
def renew_enrolment(*, batch: EnrolmentBatch, by: User, at: dt.datetime) -> EnrolmentBatch:
    """Enrol the people of an enrolment anew, from the day after their cover ends, in the terms in force by then.

    Each is looked at anew, with a report in the order of their policies; `fund_policies` pays the premiums anew. Who
    was left out can be renewed again later.
    """
    batch = lock(batch)
    today = day_in(book_of(batch.county.country).zone, at)
    records = ("person__home_station", "person__merged_into__home_station")
    ending = list(to_renew(today).filter(batch=batch).select_related(*records).order_by("end_date", "pk"))
    if not ending:
        raise NothingToRenew
    ending = [policy for policy in ending if policy.end_date == ending[0].end_date]
    version = InsuranceProductVersion.objects.active().filter(product=batch.version.product_id).first()
    if version is None:
        raise VersionNotInForce
    terms = terms_of(version, batch.county, max(today, ending[0].end_date + DAY), by=by, at=at)
    people = [standing_record(policy.person) for policy in ending]
    report = _report(people, batch.county, insured_in(people, terms), terms)
    lines = list(zip(people, ending, report, strict=True))
    renews = {person.pk: policy for person, policy, line in lines if line["outcome"] == ACCEPTED}
    accepted = [person for person, _policy, line in lines if line["outcome"] == ACCEPTED]
    if not accepted:
        raise NoLineAccepted(rows=len(report), fault=FAULTS[report[0]["outcome"]].message)
    return write_enrolment(accepted, report, terms, source=EnrolmentBatch.Source.RENEWAL, renews=renews)


@transaction.atomic
def tell_of_renewals(*, county: Division, on_date: dt.date, at: dt.datetime) -> int:
    """Once a day for a county: its managers hear whose cover ends in 60 or in 30 days; of how many people."""
    days = {on_date + before * DAY: before for before in TOLD_BEFORE}
    ending = renewable(on_date).filter(batch__county=county, end_date__in=days).order_by().values_list("end_date")
    told = 0
    for end_date, count in sorted(ending.annotate(count=Count("pk"))):
        told += count
        _tell_managers(county, end_date, count, before=days[end_date], at=at)
    return told


def _report(people: Sequence[Person], county: Division, insured: set[Any], terms: Any) -> list[dict[str, Any]]:
    """What stands against each of these people, by line."""
    report, known = [], set()
    for number, person in enumerate(people, start=1):
        outcome = fault_of(person, terms, insured=insured) or ACCEPTED
        if outcome == ACCEPTED and person.home_station.county_id != county.pk:
            outcome = MovedAway.code
        elif outcome == ACCEPTED and person.pk in known:
            outcome = LineRepeated.code
        known.add(person.pk)
        report.append({"line": number, "outcome": outcome})
    return report


def _tell_managers(county: Division, end_date: dt.date, count: int, *, before: int, at: dt.datetime) -> None:
    station = Station.objects.filter(county=county).order_by("code").first()
    for manager in people_in_role(Role.COUNTY_MANAGER, at=at, station=station):
        notify(
            template="policies_to_renew",
            params={"count": count, "date": end_date},
            language=manager.language,
            user=manager,
            link="/finance/insurance/enrolments/?state=renewal",
            dedupe_key=f"policies_to_renew:{county.pk}:{end_date}:{before}:{manager.pk}",
            at=at,
        )
