"""Who a pupil of a roster may be, which class a class of it may be, and which seats can be tried."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q, QuerySet

from core.days import day_in
from education.courses.models import ClassRun
from education.rosters.models import Roster, RosterRecord, RosterSeat, RosterSeatQuerySet
from education.rosters.planning import Outcome
from education.safeguarding.purposes import EDUCATION_RECORD
from education.safeguarding.queries import Agreements
from stations.people.models import Person
from stations.people.queries import standing_record

#: So many residents alike are shown.
MOST = 10


def residents_alike(pupil: RosterRecord) -> list[Person]:
    """The living residents of the county with the name of a pupil, and with the birth date where both are known.

    Without the one whom somebody has said the pupil to be.
    """
    birth = pupil.facts.get("birth_date")
    rows = Person.objects.living().filter(home_station__county=pupil.county_id, full_name=pupil.facts.get("name"))
    rows = rows.filter(died_date=None)
    rows = rows.filter(Q(birth_date=birth) | Q(birth_date=None)) if birth else rows
    others = rows.exclude(pk=pupil.learner_id) if pupil.learner_id else rows
    return list(others.select_related("home_station__county").order_by("pk")[:MOST])


def classes_alike(record: RosterRecord) -> QuerySet[ClassRun]:
    """The classes that take learners at the station that the school's identifier names."""
    about = _named_by(record)
    rows = ClassRun.objects.live().filter(station__code=about["identifier"], station__county=record.county_id)
    return rows.select_related("course", "station__county").order_by("starts_date", "pk")


def obvious_class(record: RosterRecord) -> ClassRun | None:
    """The one class of the course that lies within a term of the school's; None where there is none or a choice."""
    about = _named_by(record)
    rows = classes_alike(record).filter(course__code=about["code"])
    terms = RosterRecord.objects.filter(
        county=record.county_id,
        source_system=record.source_system,
        kind=RosterRecord.Kind.SESSION,
        sourced_id__in=record.facts.get("terms", []),
    )
    within = Q()
    for term in terms:
        within |= Q(starts_date__lte=term.facts["end"], ends_date__gte=term.facts["start"])
    found = list(rows.filter(within)[:2])
    return found[0] if len(found) == 1 else None


def seats_to_try(at: dt.datetime) -> list[RosterSeat]:
    """Those that wait although resident and class are known, and for whom nobody has to agree any more."""
    rows = RosterSeat.objects.requested().filter(
        pupil__learner__died_date=None,
        pupil__learner__isnull=False,
        school_class__run__status__in=ClassRun.LIVE,
    )
    seats = list(
        rows.select_related(
            "record__roster__applied_by", "school_class__run__station", "pupil__learner__home_station__county"
        ).order_by("pk")
    )
    learners = {seat.pk: standing_record(seat.pupil.learner) for seat in seats if seat.pupil.learner}
    agreements = Agreements(learners.values(), EDUCATION_RECORD)
    return [seat for seat in seats if not _is_missing(agreements, learners.get(seat.pk), seat, at)]


def _is_missing(agreements: Agreements, learner: Person | None, seat: RosterSeat, at: dt.datetime) -> bool:
    run = seat.school_class.run
    if learner is None or run is None:
        return True
    return agreements.is_missing(learner, max(run.starts_date, day_in(run.station.zone, at)))


def _named_by(record: RosterRecord) -> dict[str, str]:
    """The code of the course and the identifier of the school that a class names."""
    named = Q(kind=RosterRecord.Kind.ORG, sourced_id=record.facts.get("school"))
    named |= Q(kind=RosterRecord.Kind.COURSE, sourced_id=record.facts.get("course"))
    rows = RosterRecord.objects.filter(named, county=record.county_id, source_system=record.source_system)
    facts = {row.kind: row.facts for row in rows}
    return {
        "identifier": facts.get(RosterRecord.Kind.ORG, {}).get("identifier", ""),
        "code": facts.get(RosterRecord.Kind.COURSE, {}).get("code", ""),
    }


def entries_of(roster: Roster, lines: Sequence[Outcome]) -> dict[tuple[str, str], UUID]:
    """The pupils and classes that these lines of a roster name, by file and id; one statement."""
    files = {RosterRecord.Kind.USER: "users.csv", RosterRecord.Kind.CLASS: "classes.csv"}
    named = {line["sourced_id"] for line in lines if line["file"] in files.values()}
    rows = RosterRecord.objects.filter(
        county=roster.county_id, source_system=roster.source_system, kind__in=files, sourced_id__in=named
    )
    return {(files[RosterRecord.Kind(row.kind)], row.sourced_id): row.pk for row in rows}


def seats_about(record: RosterRecord) -> RosterSeatQuerySet:
    """The seats of a pupil, or those in a class."""
    about = Q(pupil=record) if record.kind == RosterRecord.Kind.USER else Q(school_class=record)
    return RosterSeat.objects.filter(about).select_related("pupil__learner", "school_class").order_by("pk")
