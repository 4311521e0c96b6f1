"""Who is expected at a session and has come, whom a scan means, and which courses certificates of stations need."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import DateField, ExpressionWrapper, F, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from education.courses.models import ClassSession, Course, Enrolment
from education.courses.queries import enrolled_in
from education.skills.models import Gate, SignIn, SignInSheet
from stations.accounts.models import User
from stations.hooks import CoursesNeeded
from stations.people.models import Person
from stations.people.queries import CARD, find_people, scope_of
from stations.recruitment.models import Certificate
from stations.recruitment.queries import completed_courses, courses_missing

MOST_FOUND = 8


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A learner of a session, and the sign-in if there is one."""

    enrolment: Enrolment
    sign_in: SignIn | None

    @property
    def learner(self) -> Person:
        """Who."""
        return self.enrolment.learner


def training_sessions(rows: QuerySet[ClassSession]) -> QuerySet[ClassSession]:
    """Those of trainings."""
    return rows.filter(run__course__audience__in=Course.TRAININGS)


def sheet_of(session: ClassSession) -> list[SheetLine]:
    """Everyone with a seat, by name; two statements."""
    signed = {row.learner_id: row for row in SignIn.objects.filter(session=session)}
    return [SheetLine(each, signed.get(each.learner_id)) for each in enrolled_in(session.run)]


def method_of(typed: str) -> str:
    """What was scanned or typed: a card, the end of a phone number, or else a name."""
    text = typed.strip()
    if CARD.fullmatch(text.lower()):
        return SignIn.Method.CARD
    digits = text.removeprefix("+").replace(" ", "")
    return SignIn.Method.PHONE_TAIL if digits.isascii() and digits.isdigit() else SignIn.Method.MANUAL


def meant_by(typed: str, user: User) -> list[Person]:
    """Whom a card of the county means, or the end of a phone number or a name at the own station; best first.

    Raises `QueryTooShort`.
    """
    scope = "county" if method_of(typed) == SignIn.Method.CARD else "own"
    found = find_people(text=typed, reach=scope_of(user, scope=scope), limit=MOST_FOUND)
    people = Person.objects.living().select_related("home_station__county").in_bulk([each.id for each in found])
    return [people[each.id] for each in found if each.id in people]


def sheets_of(session: ClassSession) -> QuerySet[SignInSheet]:
    """The photos of pages that were signed by hand, the first first."""
    return session.sheets.select_related("photo").order_by("kept_at", "pk")


def courses_of_certificate(*, subject: str, country: str, on_date: dt.date) -> CoursesNeeded | None:
    """What a certificate of stations needs in a country on this day; None where no row says so."""
    gate = Gate.objects.on(on_date).filter(country=country, subject=subject).order_by("-from_date").first()
    return _needed(gate) if gate else None


@dataclass(frozen=True, slots=True)
class GateLine:
    """A certificate of stations for one person: what it needs, what is missing, and the one that stands."""

    subject: str
    label: str
    needed: CoursesNeeded
    missing: list[str]
    certificate: Certificate | None
    renewed_from: dt.date | None

    @property
    def is_open(self) -> bool:
        """Whether it can be issued or renewed once nothing is missing."""
        return self.renewed_from is None

    @property
    def status(self) -> str:
        """The colour of the line."""
        if not self.is_open:
            return "ok"
        return "wait" if self.missing else "info"


def gates_of(person: Person, on_date: dt.date) -> list[GateLine]:
    """Each certificate of stations that the country of a person names, with what this person has yet to complete."""
    gates = Gate.objects.on(on_date).filter(country=person.home_station.county.country).order_by("from_date")
    newest = {gate.subject: gate for gate in gates}
    rows = Certificate.objects.filter(holder__person=person, revoked_at=None).select_related("station")
    standing = {row.subject: row for row in rows}
    completed = completed_courses(person)
    named = [newest[subject] for subject in Certificate.Subject.values if subject in newest]
    return [_line(gate, standing.get(gate.subject), completed, on_date) for gate in named]


def to_renew(rows: QuerySet[Certificate], on_date: dt.date) -> QuerySet[Certificate]:
    """Those that can be renewed on this day or have ended, each with the day since when (`renewed_from`)."""
    gates = Gate.objects.on(on_date).filter(subject=OuterRef("subject"), country=OuterRef("station__county__country"))
    span = Subquery(gates.order_by("-from_date").values("renewed_days_before")[:1])
    opens = F("expires_date") - Coalesce(span, 0, output_field=IntegerField())
    return rows.annotate(renewed_from=ExpressionWrapper(opens, DateField())).filter(renewed_from__lte=on_date)


def _line(
    gate: Gate, standing: Certificate | None, completed: Sequence[tuple[str, dt.datetime]], on_date: dt.date
) -> GateLine:
    needed = _needed(gate)
    opens = needed.renewed_from(standing.expires_date) if standing else None
    return GateLine(
        subject=gate.subject,
        label=gate.get_subject_display(),
        needed=needed,
        missing=courses_missing(completed, needed, standing),
        certificate=standing,
        renewed_from=opens if opens and on_date < opens else None,
    )


def _needed(gate: Gate) -> CoursesNeeded:
    return CoursesNeeded(tuple(gate.courses), gate.refresher, gate.renewed_days_before)
