"""Visits that devices recorded without network and send later: late, twice, in any order, several together."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.database.db import lock_all
from core.days import day_in
from core.errors import Refused, refuses
from health.chronic.models import Enrolment, EnrolmentQuerySet, FollowUpVisit, SentVisit
from health.chronic.services.visiting import keep_values, record_visit
from health.records.services import Reading
from stations.accounts.models import User

ACCEPTED, KNOWN, REFUSED = "accepted", "known", "refused"
_S = Enrolment.Status


class EnrolmentNotFound(Refused):
    """Nobody with this id is under care of the own clinics."""

    code = "enrolment_not_found"
    status = 422
    message = _("Your clinic has no such resident under care.")


class ResidentMoved(Refused):
    """Another clinic cares for the resident by now. The values are kept in the record, where the resident agrees."""

    code = "resident_moved"
    status = 422
    message = _("The resident has moved to another clinic. Delete the list on this device and load it again.")


class OpIdUsed(Refused):
    """A device gives each visit an id of its own: this one belongs to another visit."""

    code = "op_id_used"
    message = _("This id belongs to another visit.")


@dataclass(frozen=True, slots=True)
class VisitMade:
    """A visit as a device recorded it; `made_at` is the instant of the measurement by the device's clock."""

    op_id: UUID
    enrolment: UUID
    made_at: dt.datetime
    medicines: str
    readings: tuple[Reading, ...] = ()
    signs: tuple[str, ...] = ()
    has_adverse_reaction: bool = False
    has_complication: bool = False
    mode: str = FollowUpVisit.Mode.FACE_TO_FACE
    device: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 of all that was said."""
        meant = replace(self, made_at=self.made_at.astimezone(dt.UTC), device="")
        return hashlib.sha256(repr(meant).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class VisitVerdict:
    """What became of a visit: recorded now, known from before, or refused."""

    made: VisitMade
    outcome: str
    visit: FollowUpVisit | None = None
    refusal: Refused | None = None


@refuses()
@transaction.atomic
def record_visits(
    *, visits: Sequence[VisitMade], within: EnrolmentQuerySet, by: User, at: dt.datetime
) -> list[VisitVerdict]:
    """Record visits of residents within reach, each once however often it is sent, and say what became of each.

    A visit counts on the day on which it was made, and judgements follow from all visits in the order of their days:
    so it makes no difference in which order devices send. One that is refused stops no other: `enrolment_not_found`,
    `resident_moved`, `op_id_used`, and whatever refuses a visit with network.
    """
    enrolments = _locked(visits, within)
    known = SentVisit.objects.select_related("visit").in_bulk([each.op_id for each in visits])
    verdicts: dict[int, VisitVerdict] = {}
    for position, made in sorted(enumerate(visits), key=lambda pair: (pair[1].made_at, pair[1].op_id)):
        verdicts[position] = _verdict_on(made, enrolments, known, by=by, at=at)
    return [verdicts[position] for position in range(len(visits))]


def _locked(visits: Iterable[VisitMade], within: EnrolmentQuerySet) -> dict[UUID, Enrolment]:
    """The enrolments that are named. All of their residents are held at once: two devices never wait crosswise."""
    named = within.in_bulk({each.enrolment for each in visits})
    residents = {each.resident_id for each in named.values()}
    held = lock_all(within.filter(Q(resident__in=residents)))
    return {each.pk: each for each in held if each.pk in named}


def _verdict_on(
    made: VisitMade,
    enrolments: dict[UUID, Enrolment],
    known: dict[UUID, SentVisit],
    *,
    by: User,
    at: dt.datetime,
) -> VisitVerdict:
    try:
        enrolment = enrolments.get(made.enrolment)
        if enrolment is None:
            raise EnrolmentNotFound(field="enrolment")
        before = known.get(made.op_id)
        sent = before or _record(made=made, enrolment=enrolment, by=by, at=at)
        if sent.digest != made.digest:
            raise OpIdUsed(field="op_id")
    except Refused as refusal:
        return VisitVerdict(made, REFUSED, refusal=refusal)
    known[sent.op_id] = sent
    if not sent.is_judged:
        return VisitVerdict(made, REFUSED, refusal=ResidentMoved(field="enrolment"))
    return VisitVerdict(made, KNOWN if before else ACCEPTED, visit=sent.visit)


@transaction.atomic
def _record(*, made: VisitMade, enrolment: Enrolment, by: User, at: dt.datetime) -> SentVisit:
    """The visit and its id together, or neither: another clinic's device may send the same id at this moment."""
    measured_at = min(made.made_at, at)
    is_judged = not _has_moved(enrolment)
    if is_judged:
        visit = record_visit(
            enrolment=enrolment,
            readings=made.readings,
            medicines=made.medicines,
            signs=made.signs,
            has_adverse_reaction=made.has_adverse_reaction,
            has_complication=made.has_complication,
            mode=made.mode,
            visit_date=day_in(enrolment.clinic.zone, measured_at),
            measured_at=measured_at,
            by=by,
            at=at,
        )
    else:
        visit = keep_values(
            enrolment=enrolment,
            readings=made.readings,
            medicines=made.medicines,
            mode=made.mode,
            measured_at=measured_at,
            by=by,
            at=at,
        )
    values = {
        "enrolment": enrolment,
        "visit": visit,
        "digest": made.digest,
        "is_judged": is_judged,
        "device": made.device,
        "made_at": measured_at,
        "received_at": at,
        "sent_by": by,
    }
    sent, is_new = SentVisit.objects.get_or_create(op_id=made.op_id, defaults=values)
    if not is_new:
        raise OpIdUsed(field="op_id")
    return sent


def _has_moved(enrolment: Enrolment) -> bool:
    """Care ended because the resident moved, or goes on at another clinic."""
    if enrolment.status != _S.FINISHED:
        return False
    elsewhere = Enrolment.objects.filter(resident=enrolment.resident_id, programme=enrolment.programme)
    return (
        enrolment.ended_because == Enrolment.Ending.MOVED
        or elsewhere.exclude(status=_S.FINISHED).exclude(clinic=enrolment.clinic_id).exists()
    )
