"""Who stands behind a sale, and what anybody may see of a certificate."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Count, Max, QuerySet
from django.utils.translation import gettext_lazy as _

from core.database.compiled_queries import compiled_query
from core.database.reference import stored
from core.days import day_in, instant_of
from stations.accounts.models import Post, Role, User
from stations.hooks import COURSES_OF_CERTIFICATE, CoursesNeeded
from stations.network.models import RegisterMiss, Station
from stations.network.queries import Day, PublicState, ServiceAnswer, public_state, services_offered, week_of
from stations.people.masking import mask_name
from stations.people.models import Person
from stations.recruitment.models import Certificate, Contract, CourseReport

#: Misses of the register stand on the county's page for so long.
MISSES_SHOWN = dt.timedelta(days=30)
STATES = {
    "valid": _("valid"),
    "suspended": _("suspended"),
    "expired": _("expired"),
    "revoked": _("revoked"),
}
STATE_CHOICES = list(STATES.items())


@dataclass(frozen=True, slots=True)
class Terms:
    """The contracts in force when somebody acts at a station. `helper_share_bp` only when a helper acts."""

    partner: UUID | None
    commission_plan_code: str
    helper_share_bp: int | None


def terms_at(station: Station, *, acted_by: User | None) -> Terms:
    """The partner's contract, and the actor's own when he is a helper there (None: nobody acts); one query."""
    partner = helper = None
    for contract in _contracts_running_at(station.pk):
        if contract.kind == Contract.Kind.PARTNER:
            partner = contract
        elif acted_by is not None and contract.user_id == acted_by.pk:
            helper = contract
    return Terms(
        partner=partner.user_id if partner else None,
        commission_plan_code=partner.commission_plan_code if partner else "",
        helper_share_bp=helper.helper_share_bp if helper and partner else None,
    )


@stored
def _contracts_running_at(station: int) -> list[Contract]:
    return _running_at.all(station)


@compiled_query
def _running_at(station: Station) -> QuerySet[Contract]:
    return Contract.objects.running().filter(station=station)


@dataclass(frozen=True, slots=True)
class Registered:
    """A certificate as the public sees it: who, masked; where; for what; how long; and whether it counts now."""

    number: str
    subject: str
    name_masked: str
    station: Station
    state: str
    services: list[ServiceAnswer]
    station_state: PublicState
    issued_date: dt.date
    expires_date: dt.date
    week: list[Day]
    has_photo: bool = False

    @property
    def is_valid(self) -> bool:
        """Whether it counts at this moment."""
        return self.state == "valid"

    @property
    def label(self) -> str:
        """The state in the reader's words."""
        return str(STATES[self.state])


def registered(number: str, at: dt.datetime) -> Registered | None:
    """The certificate of this number, or nothing when it was never issued."""
    certificate = (
        Certificate.objects.select_related("holder__person", "station__village", "station__township", "station__county")
        .filter(number=number)
        .first()
    )
    if certificate is None:
        return None
    station = certificate.station
    return Registered(
        number=number,
        subject=str(Certificate.Subject(certificate.subject).label),
        name_masked=mask_name(_name_of(certificate.holder)),
        station=station,
        state=_state_of(certificate, at),
        services=services_offered(station, certificate.holder, at),
        station_state=public_state(station, at),
        issued_date=certificate.issued_date,
        expires_date=certificate.expires_date,
        week=week_of(station, day_in(station.zone, at)),
        has_photo=certificate.photo_id is not None,
    )


def photo_of(number: str) -> Any | None:
    """The photo that belongs to a certificate, for everybody who holds its number."""
    certificate = Certificate.objects.select_related("photo").filter(number=number).first()
    return certificate.photo if certificate else None


def misses_of(misses: models.QuerySet[RegisterMiss], at: dt.datetime) -> models.QuerySet[RegisterMiss, dict[str, Any]]:
    """Numbers that were looked up within 30 days and never issued: how often, and when last; the newest first."""
    lately = misses.filter(at__gt=at - MISSES_SHOWN)
    return lately.values("number").annotate(times=Count("pk"), last_at=Max("at")).order_by("-last_at", "number")


def _state_of(certificate: Certificate, at: dt.datetime) -> str:
    if certificate.revoked_at is not None and certificate.revoked_at <= at:
        return "revoked"
    if certificate.expires_date < day_in(certificate.station.zone, at):
        return "expired"
    suspended = certificate.holder.contracts.filter(status=Contract.Status.SUSPENDED)
    return "suspended" if suspended.exists() else "valid"


def _name_of(holder: Any) -> str:
    if holder.person_id:
        return holder.person.full_name
    return holder.shown_name


def courses_needed(*, subject: str, country: str, on_date: dt.date) -> CoursesNeeded | None:
    """What a certificate needs in a country on this day; None where nobody has said so."""
    answer = COURSES_OF_CERTIFICATE.first()
    return answer(subject=subject, country=country, on_date=on_date) if answer else None


def completed_courses(person: Person | None) -> list[tuple[str, dt.datetime]]:
    """The codes of the courses that a person has completed, each with the instant of its report; one statement.

    What was completed under a record that was merged since counts: it is the same person.
    """
    if person is None:
        return []
    reports = CourseReport.objects.filter(person__in=Person.objects.of_people(person.pk))
    return list(reports.values_list("course", "reported_at"))


def courses_missing(
    completed: Sequence[tuple[str, dt.datetime]], needed: CoursesNeeded, standing: Certificate | None
) -> list[str]:
    """The codes of the courses that are yet to be completed for a certificate, or for the renewal of this one."""
    if standing is None:
        done = {code for code, _at in completed}
        return [code for code in needed.courses if code not in done]
    since = instant_of(standing.station.zone, standing.issued_date + dt.timedelta(days=1), dt.time())
    done = {code for code, reported_at in completed if reported_at >= since}
    return [code for code in ((needed.refresher,) if needed.refresher else needed.courses) if code not in done]


def certifiable_at(station: Station, at: dt.datetime) -> list[User]:
    """The logins of the partners and helpers of a station, who may hold its certificates."""
    posts = Post.objects.live(at).filter(station=station, role__in=(Role.PARTNER, Role.HELPER))
    return list(User.objects.filter(pk__in=posts.values("user")).select_related("person").order_by("username"))
