"""People are enrolled, one or by a list: each line is accepted or refused for itself, all accepted ones together."""

import calendar
import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from core.days import day_in
from core.errors import Refused, refuses
from core.history import record_change
from core.language.text import fold
from finance.insurance.household_list import ListFault, ListLine, lines_of
from finance.insurance.models import EnrolmentBatch, InsuranceProductVersion, Policy
from finance.insurance.queries import versions_in_force
from ledger.services import book_of
from stations.accounts.models import User
from stations.network.paper_numbers import random_marks
from stations.people.identity import indexes_of
from stations.people.models import Person
from stations.people.queries import age_on
from stations.places.models import Division

ACCEPTED = "accepted"


class EnrolmentFileUnreadable(Refused):
    """The file is no list of people."""

    code = "enrolment_file_unreadable"
    status = 422
    message = _("%(fault)s No person was enrolled.")


class NoLineAccepted(Refused):
    """Not one line of the list could be enrolled."""

    code = "no_line_accepted"
    status = 422
    message = _("None of the %(rows)s lines can be enrolled. The first one: %(fault)s")


class FileEnrolled(Refused):
    """One file is one enrolment."""

    code = "file_enrolled"
    message = _("This very file was enrolled already.")


class VersionNotInForce(Refused):
    """People are enrolled in terms that are in force in their country."""

    code = "version_not_in_force"
    status = 422
    message = _("These terms are not in force here.")


class StartPast(Refused):
    """Cover begins today at the earliest, and within a year."""

    code = "start_past"
    status = 422
    message = _("Cover begins today at the earliest, and within a year.")


class LineRefused(Refused):
    """One person cannot be enrolled."""

    status = 422


class PersonNotFound(LineRefused):
    """No resident of the county has this number."""

    code = "person_not_found"
    message = _("no resident of this county has this number")


class NameDiffersInList(LineRefused):
    """The number is another person's."""

    code = "name_differs_in_list"
    message = _("the name differs from the record")


class PersonGone(LineRefused):
    """Dead, or the record has ended."""

    code = "person_gone"
    message = _("the person has died, or the record has ended")


class AgeOutside(LineRefused):
    """Younger or older than the terms allow, or of unknown age."""

    code = "age_outside"
    message = _("the age is outside the terms, or not known")


class PolicyOverlap(LineRefused):
    """Insured already in the same product."""

    code = "policy_overlap"
    message = _("insured already in that time")


class MovedAway(LineRefused):
    """The person's station lies in another county now."""

    code = "moved_away"
    message = _("lives in another county now")


class LineRepeated(LineRefused):
    """The same person twice in one list."""

    code = "line_repeated"
    message = _("stands in the list already")


FAULTS: dict[str, type[LineRefused]] = {
    each.code: each
    for each in (PersonNotFound, NameDiffersInList, PersonGone, MovedAway, AgeOutside, PolicyOverlap, LineRepeated)
}


@dataclass(frozen=True, slots=True)
class EnrolmentTerms:
    """What an enrolment is about."""

    version: InsuranceProductVersion
    county: Division
    start: dt.date
    end: dt.date
    by: User
    at: dt.datetime


@refuses(EnrolmentFileUnreadable, NoLineAccepted, FileEnrolled, VersionNotInForce, StartPast, PolicyOverlap)
@transaction.atomic
def enrol_list(
    *,
    content: str,
    version: InsuranceProductVersion,
    county: Division,
    source: str,
    start_date: dt.date,
    by: User,
    at: dt.datetime,
) -> EnrolmentBatch:
    """Enrol the people of a file (CSV: `id_number,full_name`), with a report for every line.

    Nothing of the file is stored but its hash. The policies wait for `fund_policies`.
    """
    terms = terms_of(version, county, start_date, by=by, at=at)
    digest = hashlib.sha256(content.encode()).hexdigest()
    if EnrolmentBatch.objects.filter(sha256=digest).exists():
        raise FileEnrolled(field="content")
    try:
        lines = list(lines_of(content))
    except ListFault as fault:
        raise EnrolmentFileUnreadable(field="content", fault=str(fault)) from fault
    if not lines:
        raise EnrolmentFileUnreadable(field="content", fault=_("The file has no line."))
    people, report = _sorted(lines, terms)
    if not people:
        raise NoLineAccepted(field="content", rows=len(lines), fault=FAULTS[report[0]["outcome"]].message)
    return write_enrolment(people, report, terms, source=source, sha256=digest)


@refuses(VersionNotInForce, StartPast, *FAULTS.values())
@transaction.atomic
def enrol_person(
    *, person: Person, version: InsuranceProductVersion, start_date: dt.date, by: User, at: dt.datetime
) -> EnrolmentBatch:
    """Enrol one person of a county: a list of one."""
    terms = terms_of(version, person.home_station.county, start_date, by=by, at=at)
    code = fault_of(person, terms, insured=insured_in([person], terms))
    if code:
        raise FAULTS[code](field="person")
    report = [{"line": 1, "outcome": ACCEPTED}]
    return write_enrolment([person], report, terms, source=EnrolmentBatch.Source.SINGLE, sha256=None)


@refuses(NoLineAccepted, VersionNotInForce, StartPast, PolicyOverlap)
@transaction.atomic
def enrol_people(
    *,
    people: Sequence[Person],
    version: InsuranceProductVersion,
    county: Division,
    start_date: dt.date,
    by: User,
    at: dt.datetime,
) -> EnrolmentBatch:
    """Enrol registered people of a county together; the report counts them in the order given."""
    terms = terms_of(version, county, start_date, by=by, at=at)
    insured = insured_in(people, terms)
    outcomes = [fault_of(person, terms, insured=insured) or ACCEPTED for person in people]
    report = [{"line": line, "outcome": outcome} for line, outcome in enumerate(outcomes, start=1)]
    accepted = [person for person, outcome in zip(people, outcomes, strict=True) if outcome == ACCEPTED]
    if not accepted:
        raise NoLineAccepted(rows=len(report), fault=FAULTS[outcomes[0]].message if outcomes else "")
    return write_enrolment(accepted, report, terms, source=EnrolmentBatch.Source.LIST, sha256=None)


def end_of_term(start: dt.date, months: int) -> dt.date:
    """The last day of so many months of cover: from 31 January of one month it is 27 (or 28) February."""
    number = start.year * 12 + start.month - 1 + months
    year, month = divmod(number, 12)
    day = min(start.day, calendar.monthrange(year, month + 1)[1])
    return dt.date(year, month + 1, day) - dt.timedelta(days=1)


@refuses(VersionNotInForce, StartPast)
def terms_of(
    version: InsuranceProductVersion, county: Division, start: dt.date, *, by: User, at: dt.datetime
) -> EnrolmentTerms:
    """What an enrolment is about, in terms that are in force in the county and from a day that is still to come."""
    in_force = versions_in_force(county).filter(pk=version.pk).first()
    if in_force is None:
        raise VersionNotInForce(field="version")
    today = day_in(book_of(county.country).zone, at)
    if not today <= start <= today + dt.timedelta(days=366):
        raise StartPast(field="start_date")
    return EnrolmentTerms(in_force, county, start, end_of_term(start, in_force.term_months), by, at)


def _sorted(lines: Sequence[ListLine], terms: EnrolmentTerms) -> tuple[list[Person], list[dict[str, Any]]]:
    """Who is enrolled, and what became of every line."""
    numbers = {line: indexes_of("resident_id", line.id_number) for line in lines}
    wanted = [index for indexes in numbers.values() for index in indexes]
    rows = Person.objects.living().filter(home_station__county=terms.county, id_index__in=wanted)
    by_index = {bytes(person.id_index or b""): person for person in rows.select_related("home_station")}
    insured = insured_in(by_index.values(), terms)
    people: dict[Any, Person] = {}
    report = []
    for line in lines:
        person = next((by_index[index] for index in numbers[line] if index in by_index), None)
        outcome = _outcome(line, person, terms, insured, people)
        if outcome == ACCEPTED and person is not None:
            people[person.pk] = person
        report.append({"line": line.number, "outcome": outcome})
    return list(people.values()), report


def _outcome(
    line: ListLine, person: Person | None, terms: EnrolmentTerms, insured: set[Any], people: dict[Any, Any]
) -> str:
    if person is None:
        return PersonNotFound.code
    if fold(person.full_name) != line.name:
        return NameDiffersInList.code
    if person.pk in people:
        return LineRepeated.code
    return fault_of(person, terms, insured=insured) or ACCEPTED


def fault_of(person: Person, terms: EnrolmentTerms, *, insured: set[Any]) -> str:
    """The code of what stands against a person's cover; empty when nothing does."""
    if person.died_date or person.merged_into_id or person.erased_at:
        return PersonGone.code
    age = age_on(person.birth_date, terms.start)
    if age is None or not terms.version.age_min <= age <= terms.version.age_max:
        return AgeOutside.code
    return PolicyOverlap.code if person.pk in insured else ""


def insured_in(people: Iterable[Person], terms: EnrolmentTerms) -> set[Any]:
    """Who of these has a policy of the product in that time, under whichever record."""
    ids = [person.pk for person in people]
    overlapping = Policy.objects.alive().filter(
        product=terms.version.product_id, start_date__lte=terms.end, end_date__gte=terms.start
    )
    own = set(overlapping.filter(person__in=ids).values_list("person", flat=True))
    merged = overlapping.filter(person__merged_into__in=ids).values_list("person__merged_into", flat=True)
    return own | set(merged)


@refuses(PolicyOverlap)
def write_enrolment(
    people: Sequence[Person],
    report: list[dict[str, Any]],
    terms: EnrolmentTerms,
    *,
    source: str,
    sha256: str | None = None,
    renews: Mapping[UUID, Policy] | None = None,
) -> EnrolmentBatch:
    """Store an enrolment with a policy for each of these people; `renews` names the policy that each one's follows."""
    version, day = terms.version, day_in(book_of(terms.county.country).zone, terms.at)
    accepted = len(people)
    batch = EnrolmentBatch.objects.create(
        number=_number(terms.county, "E", day, 4),
        version=version,
        county=terms.county,
        source=source,
        sha256=sha256,
        start_date=terms.start,
        rows=len(report),
        accepted=accepted,
        refused=len(report) - accepted,
        report=report,
        premium_minor=version.premium_minor * accepted,
        currency=version.currency,
        maker=terms.by,
        made_at=terms.at,
    )
    policies = [_policy(person, batch, terms, day) for person in people]
    for policy in policies:
        policy.renewal_of = (renews or {}).get(policy.person_id)
    try:
        with transaction.atomic():
            Policy.objects.bulk_create(policies)
    except IntegrityError as error:
        if "policies_of_a_person_do_not_overlap" not in str(error):
            raise
        raise PolicyOverlap from error
    record_change(batch, old="", new=batch.status, at=terms.at, actor=terms.by.pk)
    return batch


def _policy(person: Person, batch: EnrolmentBatch, terms: EnrolmentTerms, day: dt.date) -> Policy:
    return Policy(
        number=_number(terms.county, "P", day, 7),
        person=person,
        household_id=person.household_id,
        station=person.home_station,
        batch=batch,
        product=terms.version.product,
        version=terms.version,
        start_date=terms.start,
        end_date=terms.end,
    )


def _number(county: Division, letter: str, day: dt.date, marks: int) -> str:
    """`<county>-<letter><yymmdd>-<random>`: short enough to be read aloud."""
    return f"{county.code[:6]}-{letter}{day:%y%m%d}-{random_marks(marks)}"
