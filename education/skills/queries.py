"""Who is expected at a session of a training, who has come, and whom a scan or what was typed means."""

from dataclasses import dataclass

from django.db.models import QuerySet

from education.courses.models import ClassSession, Course, Enrolment
from education.courses.queries import enrolled_in
from education.skills.models import SignIn, SignInSheet
from stations.accounts.models import User
from stations.people.models import Person
from stations.people.queries import CARD, find_people, scope_of

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
    return SignIn.Method.PHONE_TAIL if text.isascii() and text.isdigit() else SignIn.Method.MANUAL


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
