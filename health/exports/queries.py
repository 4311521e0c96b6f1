"""Groups that somebody can export, and what became of the job of an export."""

from django.db.models import QuerySet

from core.jobs.models import Job
from health.chronic.models import Enrolment
from health.exports.groups import ResidentGroup, place_of
from health.exports.models import Export
from health.fhir import reach
from stations.accounts.models import User
from stations.people.models import Person
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


def has_failed(export: Export) -> bool:
    """Whether nobody will make it any more: its job was tried so often that a person has to look, or was given up."""
    jobs = Job.objects.filter(kind="fhir.run_export", dedupe_key=f"export:{export.pk}")
    return not jobs.filter(state__in=[Job.State.WAITING, Job.State.RUNNING]).exists()
