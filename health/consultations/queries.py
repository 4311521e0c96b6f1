"""Which clinics can be consulted from a station, the rule of the day, and who may answer."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from core.database.db import present
from core.days import day_in, months_later
from core.web.ranges import holds_on
from health.consultations.models import Consultation, ConsultationRules, Message, Prescription
from health.consultations.models.consultations import CaseQuerySet, ConsultationQuerySet
from health.consultations.models.prescriptions import PrescriptionQuerySet
from health.hospitals.models import Doctor, Hospital
from health.hospitals.queries import hospitals_for
from health.records.models import Code, Condition, Encounter, HealthRecord, Medicine, Observation
from health.records.models.records import READ, SHARE
from health.records.queries import records
from stations.accounts.models import User
from stations.network.models import Station
from stations.people.models import Consent, Person
from stations.people.queries import confirmed_guardians, is_surely

#: A resident agrees to a health record, and that the clinic asked may read it.
PURPOSES = ("health_record", SHARE)
#: So many years a doctor has practised independently.
YEARS = 3
#: What the journal of accesses calls a look of a station beyond its own residents: place, day, number and fee.
STATION_LOOK = "consultation"


def rules_on(country: str, day: dt.date) -> ConsultationRules | None:
    """The rule that holds in a country on a day."""
    return ConsultationRules.objects.filter(holds_on(day), country=country).first()


def clinics_for(station: Station) -> QuerySet[Hospital]:
    """The clinics that take consultations of a station, the nearest first; none that is never named."""
    return hospitals_for(station).filter(consultation_fee_minor__isnull=False, is_restricted=False)


def missing_purposes(person: Person) -> list[str]:
    """To what the resident has not agreed yet at this moment."""
    given = Consent.objects.filter(person=person, purpose__in=PURPOSES, withdrawn_at=None)
    agreed = set(given.values_list("purpose", flat=True))
    return [purpose for purpose in PURPOSES if purpose not in agreed]


def needs_guardian(person: Person, rule: Mapping[str, Any], day: dt.date) -> bool:
    """Whether this is a child, or somebody of unknown age, who is seen online with a guardian only."""
    return not is_surely(person, rule["min_age"], day)


def purposes_for_guardian(child: Person, at: dt.datetime) -> list[str]:
    """To what no confirmed guardian has agreed by a code on the day of the station that it is now."""
    agreed = {each.purpose for each in _agreed_by_code(child) if _is_of_the_day(each, at)}
    return [purpose for purpose in PURPOSES if purpose not in agreed]


def guardian_present(child: Person, at: dt.datetime) -> Person | None:
    """The confirmed guardian who has agreed to all of it by a code today: so it was at the counter."""
    agreed = [each for each in _agreed_by_code(child) if _is_of_the_day(each, at)]
    givers = {each.given_by_id for each in agreed}
    if {each.purpose for each in agreed} != set(PURPOSES) or len(givers) != 1:
        return None
    return confirmed_guardians(child, day_in(agreed[0].station.zone, at)).filter(pk__in=givers).first()


def _agreed_by_code(child: Person) -> QuerySet[Consent]:
    given = Consent.objects.filter(person=child, purpose__in=PURPOSES, withdrawn_at=None)
    return given.filter(manner=Consent.Manner.CODE).exclude(given_by=child).select_related("station")


def _is_of_the_day(consent: Consent, at: dt.datetime) -> bool:
    """By the clock of the station where it was given, whatever that of the clinic says."""
    return day_in(consent.station.zone, consent.given_at) == day_in(consent.station.zone, at)


def guardian_of_case(consultation: Consultation) -> Person | None:
    """The guardian who was beside the child when it was asked, whatever became of the consent since.

    None where nobody agreed on that day: from the age of the rule on a child comes alone.
    """
    asked_for = consultation.asked_for_id or consultation.resident_id
    given = Consent.objects.filter(
        person=asked_for, purpose=PURPOSES[0], manner=Consent.Manner.CODE, given_at__lte=consultation.requested_at
    )
    latest = given.exclude(given_by=asked_for).select_related("given_by", "station").order_by("-given_at").first()
    return latest.given_by if latest and _is_of_the_day(latest, consultation.requested_at) else None


def consultations() -> ConsultationQuerySet:
    """With what a station sees."""
    return Consultation.objects.select_related("resident__home_station", "station__county", "clinic", "payment")


def cases() -> CaseQuerySet:
    """With what a clinic sees of each."""
    return Consultation.cases.select_related("resident__home_station", "station", "clinic__division", "doctor")


def messages_of(consultation: Consultation) -> list[Message]:
    """All that was said, the oldest first, with photos."""
    said = Message.objects.filter(consultation=consultation).select_related("author").prefetch_related("photos")
    return list(said.order_by("pk"))


def prescriptions() -> PrescriptionQuerySet:
    """With what a pharmacist sees."""
    about = ("drug", "signed_by", "reviewed_by", "dispensed_by", "consultation__resident__home_station")
    return Prescription.objects.select_related(*about, "consultation__clinic__division", "consultation__doctor")


def prescriptions_of(consultation: Consultation) -> list[Prescription]:
    """What was prescribed in a consultation, the newest first."""
    return list(consultation.prescriptions.select_related("drug").order_by("-pk"))


def record_open_to(user: User, person: Person) -> HealthRecord | None:
    """The record of a resident, where this reader may open it."""
    return records().open_to(user, READ).filter(resident=person).first()


def has_diagnosis(consultation: Consultation) -> bool:
    """Whether a diagnosis stands that the clinic may know of."""
    known = Q(is_restricted=False) | Q(clinic=consultation.clinic_id)
    return Condition.objects.standing().filter(known, resident=consultation.resident_id).exists()


def has_photo(consultation: Consultation) -> bool:
    """Whether the resident has shown a photo."""
    return Message.photos.through.objects.filter(message__consultation=consultation).exists()


def online_doctor(clinic: Hospital, user: User, at: dt.datetime) -> Doctor | None:
    """The doctor of the clinic with this login, licensed today and independent for three years."""
    day = day_in(clinic.zone, at)
    found = Doctor.objects.filter(
        user=user.pk, department__hospital=clinic, is_active=True, independent_since_date__isnull=False
    )
    for doctor in found.select_related("department").order_by("pk"):
        is_licensed = doctor.licensed_until_date is None or doctor.licensed_until_date >= day
        if is_licensed and months_later(present(doctor.independent_since_date), 12 * YEARS) <= day:
            return doctor
    return None


def medicines_now(person: Person, clinic: Hospital, at: dt.datetime) -> Sequence[Medicine]:
    """What the resident takes today, as far as the clinic may know."""
    day = day_in(clinic.zone, at)
    rows = Medicine.objects.standing().filter(Q(to_date=None) | Q(to_date__gte=day), resident=person)
    return list(rows.filter(Q(is_restricted=False) | Q(clinic=clinic)).select_related("drug").order_by("-from_date"))


def last_weight(person: Person, clinic: Hospital) -> Observation | None:
    """The newest weight that was measured, as far as the clinic may know."""
    hidden = Encounter.objects.filter(resident=person, is_restricted=True).exclude(clinic=clinic)
    rows = Observation.objects.filter(resident=person, code=Code.WEIGHT).exclude(encounter__in=hidden.values("pk"))
    rows = rows.exclude(encounter__wrong_at__isnull=False)
    return rows.order_by("-measured_at", "-pk").first()
