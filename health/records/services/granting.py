"""A resident allows one hospital or one doctor to open the record until a day, and takes that back."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db import transaction
from django.db.models import Value
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from core.database.db import atomic_but_tries, lock_all, present
from core.days import day_in, instant_of
from core.errors import CodeExpired, CodeLocked, CodeWrong, Refused, refused_by, refuses
from core.files.models import StoredFile
from core.history import record_change
from core.language import formatting
from core.notices.services import notify
from health.hospitals.models import Doctor, Hospital, HospitalStaff
from health.records.models import AccessGrant, GranteeConsent, HealthRecord
from health.records.services.agreeing import require_agreement
from stations.accounts.models import User
from stations.people.models import Person, PhoneCode, StandingRecord
from stations.people.services import send_single_consent_code
from stations.people.services.codes import use_code
from stations.people.services.consents import giver_of
from stations.people.services.registration import PersonGone
from stations.two_persons import PersonBehind, is_same_person

LONGEST = dt.timedelta(days=365)
GIVEN, WITHDRAWN = "given", "withdrawn"


class GranteeNotPossible(Refused):
    """The clinic that keeps the record needs none; a doctor needs a login; what is never named would be by this.

    What lies in another country reads no record of this one.
    """

    code = "grantee_not_possible"
    status = 422
    message = gettext_lazy("Choose one other hospital of this country, or one doctor who can sign in.")


class AccessPeriodWrong(Refused):
    """The last day is over, or more than a year ahead."""

    code = "access_period_wrong"
    status = 422
    message = gettext_lazy("The last day is between today and a year from today.")


class RecordedByGrantee(Refused):
    """Who asks works at the hospital that would read, or is the doctor, under whatever login."""

    code = "recorded_by_grantee"
    message = gettext_lazy("The hospital or doctor who will read the record cannot record this. Ask the station.")


class SignedPaperMissing(Refused):
    """On paper, and nobody can see the paper."""

    code = "signed_paper_missing"
    status = 422
    message = gettext_lazy("Take a photo of the signed paper, or send a code to the phone.")


class NoHealthRecord(Refused):
    """No clinic keeps a record of this resident: there is nothing to read."""

    code = "no_health_record"
    message = gettext_lazy("No clinic keeps a health record of this resident yet.")


class GranteeConsentMissing(Refused):
    """It has been withdrawn already, is over, or is of another record."""

    code = "grantee_consent_missing"
    message = gettext_lazy("There is no such consent, or it has ended already.")


@dataclass(frozen=True)
class _Wish:
    """Who reads which record through a day of the clinic's zone: a hospital, or a doctor."""

    record: HealthRecord
    hospital: Hospital | None
    doctor: Doctor | None
    until_date: dt.date

    @cached_property
    def resident(self) -> Person:
        """Whose record it is: of one that became part of another, the one that stands agrees and is asked."""
        stands = StandingRecord(Value(self.record.resident_id))
        return Person.objects.select_related("home_station").get(pk=stands)

    @property
    def subject(self) -> str:
        """What a code is bound to: it is good for this record, this reader and this day."""
        grantee = self.hospital or present(self.doctor)
        return f"grantee:{self.record.pk}:{grantee.pk}:{self.until_date}"

    @property
    def words(self) -> str:
        """What the message with the code says is agreed to, in the language that is active."""
        who = self.hospital.title if self.hospital else str(self.doctor)
        day = formatting.full_day(self.until_date)
        return _("%(who)s may read the health record until %(day)s") % {"who": who, "day": day}

    def giver(self, *, by: User, at: dt.datetime) -> Person:
        """Who agrees: the resident, for a child a confirmed guardian. Refused where it cannot be allowed at all."""
        resident, today = self.resident, day_in(self.record.clinic.zone, at)
        if resident.died_date:
            raise PersonGone
        require_agreement(resident)
        _require_grantee(self.record, self.hospital, self.doctor)
        if not today <= self.until_date <= today + LONGEST:
            raise AccessPeriodWrong(field="until_date")
        if _reads_by_it(by, self.hospital, self.doctor, at=at):
            raise RecordedByGrantee
        return giver_of(resident, day=today)


@refuses(
    GranteeNotPossible,
    AccessPeriodWrong,
    RecordedByGrantee,
    PersonGone,
    *refused_by(require_agreement, giver_of, send_single_consent_code),
)
@transaction.atomic
def send_grantee_code(
    *,
    record: HealthRecord,
    until_date: dt.date,
    by: User,
    at: dt.datetime,
    hospital: Hospital | None = None,
    doctor: Doctor | None = None,
) -> PhoneCode:
    """Send who agrees the code for one hospital or doctor through a day; the message says who would read until when."""
    wish = _Wish(record, hospital, doctor, until_date)
    giver = wish.giver(by=by, at=at)
    with override(giver.language):
        what = wish.words
    return send_single_consent_code(person=giver, about=wish.subject, what=what, by=by, at=at)


@refuses(
    GranteeNotPossible,
    AccessPeriodWrong,
    RecordedByGrantee,
    PersonGone,
    SignedPaperMissing,
    CodeExpired,
    CodeLocked,
    CodeWrong,
    *refused_by(require_agreement, giver_of),
)
@atomic_but_tries
def allow_grantee(
    *,
    record: HealthRecord,
    until_date: dt.date,
    manner: str,
    by: User,
    at: dt.datetime,
    hospital: Hospital | None = None,
    doctor: Doctor | None = None,
    code: str = "",
    evidence: StoredFile | None = None,
) -> GranteeConsent:
    """Let one hospital, or one doctor, open the record through a day of the clinic's zone.

    What holds for the same one already ends with it: a later day, or an earlier one, takes its place. For a child a
    confirmed guardian agrees. It is proved by a code to the phone of who agrees, sent for exactly this, or by a photo
    of the signed paper; who agrees is told who reads until when. Nobody who would read by it records it.
    """
    _lock_all_of(record)
    wish = _Wish(record, hospital, doctor, until_date)
    giver = wish.giver(by=by, at=at)
    on_paper = manner == GranteeConsent.Manner.PAPER
    if not on_paper:
        use_code(person=giver, purpose=PhoneCode.Purpose.CONSENT, about=wish.subject, code=code, at=at)
    elif evidence is None:
        raise SignedPaperMissing(field="photo")
    same = GranteeConsent.objects.of_resident(record).filter(hospital=hospital, doctor=doctor)
    for earlier in same.filter(withdrawn_at=None, to_at__gt=at):
        _withdraw(earlier, by=by, at=at)
    made = _store(wish, giver=giver, manner=manner, evidence=evidence if on_paper else None, by=by, at=at)
    record_change(made, old="", new=GIVEN, at=at, actor=by.pk)
    _tell(made, is_own=giver == wish.resident, at=at)
    return made


@refuses(GranteeConsentMissing)
@transaction.atomic
def withdraw_grantee(*, record: HealthRecord, consent: UUID, by: User, at: dt.datetime) -> GranteeConsent:
    """The resident takes it back, under whichever record it was said: from the next request on nothing is opened by it.

    What the same hospital could open because the resident was there ends in the same transaction.
    """
    records = _lock_all_of(record)
    found = GranteeConsent.objects.holding(at).filter(record__in=records, pk=consent).first()
    if found is None:
        raise GranteeConsentMissing(field="consent")
    _withdraw(found, by=by, at=at)
    if found.hospital_id:
        there = AccessGrant.objects.holding(at).filter(record__in=records, clinic=found.hospital_id)
        there.filter(from_at__lt=at).update(to_at=at)
    return found


def _lock_all_of(record: HealthRecord) -> list[HealthRecord]:
    """The record and what stands for the same person in others, against two who record at once."""
    return lock_all(HealthRecord.objects.filter(resident__in=Person.objects.of_people(record.resident_id)))


def _require_grantee(record: HealthRecord, hospital: Hospital | None, doctor: Doctor | None) -> None:
    if (hospital is None) == (doctor is None):
        raise GranteeNotPossible(field="hospital")
    if hospital and (hospital.pk == record.clinic_id or hospital.is_restricted or not hospital.is_active):
        raise GranteeNotPossible(field="hospital")
    if _place(hospital, doctor).division.country != record.clinic.division.country:
        raise GranteeNotPossible(field="hospital" if hospital else "doctor")
    if doctor:
        is_named = not (doctor.department.is_restricted or doctor.department.hospital.is_restricted)
        if doctor.user_id is None or not (doctor.is_active and is_named):
            raise GranteeNotPossible(field="doctor")


def _place(hospital: Hospital | None, doctor: Doctor | None) -> Hospital:
    return hospital or present(doctor).department.hospital


def _reads_by_it(user: User, hospital: Hospital | None, doctor: Doctor | None, *, at: dt.datetime) -> bool:
    """Whether this person, under any login, works at the hospital (a doctor's, too) or is the doctor."""
    staff = HospitalStaff.objects.at_work(at).filter(hospital=_place(hospital, doctor))
    own = staff.alias(behind=PersonBehind("user")).filter(behind=PersonBehind(Value(user.pk)))
    return own.exists() or (doctor is not None and is_same_person(user, doctor.user_id))


def _store(
    wish: _Wish, *, giver: Person, manner: str, evidence: StoredFile | None, by: User, at: dt.datetime
) -> GranteeConsent:
    return GranteeConsent.objects.create(
        record=wish.record,
        hospital=wish.hospital,
        doctor=wish.doctor,
        given_by=giver,
        manner=manner,
        evidence=evidence,
        from_at=at,
        to_at=instant_of(wish.record.clinic.zone, wish.until_date + dt.timedelta(days=1), dt.time()),
        recorded_by=by,
    )


def _tell(consent: GranteeConsent, *, is_own: bool, at: dt.datetime) -> None:
    """Tell who agreed who may read and until when: if it was somebody else, they hear of it."""
    giver = consent.given_by
    if not giver.phone:
        return
    with override(giver.language):
        who = consent.hospital.title if consent.hospital else str(consent.doctor)
    notify(
        template="record_reader" if is_own else "record_reader_of_child",
        params={"who": who, "date": consent.last_date.isoformat()},
        language=giver.language,
        phone=str(giver.phone),
        zone=giver.home_station.zone,
        dedupe_key=f"record-reader:{consent.pk}",
        at=at,
    )


def _withdraw(consent: GranteeConsent, *, by: User, at: dt.datetime) -> None:
    # Two who record at once: the instant of the one that waited lies before.
    consent.withdrawn_at, consent.withdrawn_by = max(at, consent.from_at), by
    consent.save(update_fields=["withdrawn_at", "withdrawn_by", "updated_at"])
    record_change(consent, old=GIVEN, new=WITHDRAWN, at=at, actor=by.pk)
