"""Groups that somebody can export, and what became of the job of an export."""

import datetime as dt
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from core.database.db import present
from core.jobs.models import Job
from health.chronic.models import Enrolment
from health.exports.groups import ResidentGroup, place_of
from health.exports.models import Export
from health.fhir import reach
from health.fhir.resources.consents import PURPOSES
from health.hospitals.models import HOSPITAL_ROLES, HospitalStaff
from health.records.models import GranteeConsent
from health.records.queries import EXPORT_LOOK
from stations.accounts.models import Post, User
from stations.people.models import AccessRead, Consent, EachRecordOfPerson, Person
from stations.places.models import Division


def residents_within_reach(user: User) -> QuerySet[Person]:
    """All whose data the user may read over the FHIR interface."""
    return reach.patients(Person.objects.all(), user)


def is_within_reach(group: ResidentGroup, user: User) -> bool:
    """Whether the user may read the data of anybody in it."""
    return residents_within_reach(user).filter(pk__in=group.residents().values("pk")).exists()


def groups_within_reach(user: User) -> list[ResidentGroup]:
    """The villages of residents whose data the user may read, and the programmes in them."""
    residents = residents_within_reach(user).annotate(place=place_of())
    villages = {each.path: each for each in Division.objects.filter(path__in=residents.values("place"))}
    cared_for = Enrolment.objects.cared_for().filter(resident__in=residents.values("pk"))
    programmes = cared_for.annotate(place=place_of("resident")).order_by().values_list("place", "programme").distinct()
    found = [ResidentGroup(each) for each in villages.values()]
    found += [ResidentGroup(villages[path], programme) for path, programme in programmes if path in villages]
    return sorted(found, key=lambda group: (group.division.pk, group.programme))


def completed_with(person: UUID) -> QuerySet[Export]:
    """The exports whose files have data of this resident: the log of the resident tells."""
    looks = AccessRead.objects.filter(
        person__in=Person.objects.of_people(person),
        what=EXPORT_LOOK,
        user=OuterRef("requested_by"),
        at=OuterRef("completed_at"),
    )
    return Export.objects.filter(Exists(looks), status=Export.Status.COMPLETED)


def is_outdated(export: Export, at: dt.datetime) -> bool:
    """Whether a resident who stands in the files has withdrawn since, or who asked has lost a hospital or a post."""
    since = {"user": export.requested_by_id, "to_at__gt": export.transaction_time, "to_at__lte": at}
    has_left = HospitalStaff.objects.filter(**since).exists()
    has_left = has_left or Post.objects.filter(**since, role__in=HOSPITAL_ROLES).exists()
    return has_left or _withdrawn(export).exists() or _taken_back(export, at).exists()


def _withdrawn(export: Export) -> QuerySet[Consent]:
    anew = Consent.objects.filter(person=OuterRef("person"), purpose=OuterRef("purpose"), withdrawn_at=None)
    since = Consent.objects.filter(purpose__in=PURPOSES, withdrawn_at__gte=export.transaction_time)
    return since.filter(~Exists(anew), Exists(_looks(export, "person")))


def _taken_back(export: Export, at: dt.datetime) -> QuerySet[GranteeConsent]:
    """What residents in the files allowed who asked, or one of their hospitals, and allow no more."""
    same = Q(hospital=OuterRef("hospital")) | Q(doctor=OuterRef("doctor"))
    anew = GranteeConsent.objects.holding(at).filter(same, record=OuterRef("record"))
    asked = Q(hospital__staff__user=export.requested_by_id) | Q(doctor__user=export.requested_by_id)
    since = GranteeConsent.objects.filter(asked, withdrawn_at__gte=export.transaction_time)
    return since.filter(~Exists(anew), Exists(_looks(export, "record__resident")))


def _looks(export: Export, person: str) -> QuerySet[AccessRead]:
    mine = {"user": export.requested_by_id, "at": present(export.completed_at)}
    return AccessRead.objects.filter(**mine, what=EXPORT_LOOK, person__in=EachRecordOfPerson(OuterRef(person)))


def has_failed(export: Export) -> bool:
    """Whether nobody will make it any more: its job was tried so often that a person has to look, or was given up."""
    jobs = Job.objects.filter(kind="fhir.run_export", dedupe_key=f"export:{export.pk}")
    return not jobs.filter(state__in=[Job.State.WAITING, Job.State.RUNNING]).exists()
