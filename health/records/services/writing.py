"""What doctors and nurses write into a record. What was wrong is marked, with its reason, and stays."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.errors import Refused, refused_by, refuses
from core.history import record_change
from core.language.reasons import needs_words, no_identity_numbers
from health.hospitals.models import Department, Hospital
from health.records.models import Allergen, Allergy, Condition, Drug, Encounter, HealthRecord, Medicine, Observation
from health.records.models.entries import RESTRICTED_CODES, Entry
from health.records.queries import allergies_of
from health.records.services.agreeing import require_agreement
from health.records.services.measuring import Reading, check_reading, observation_of
from stations.accounts.models import User
from stations.people.models import Person

KINDS: dict[str, type[Entry]] = {
    "encounter": Encounter,
    "diagnosis": Condition,
    "allergy": Allergy,
    "medicine": Medicine,
}


class EntryNotFound(Refused):
    """Nothing of this kind and number stands in the record that the clinic wrote."""

    code = "entry_not_found"
    status = 422
    message = _("This entry is not in the record, or another clinic made it.")


class AlreadyConfirmed(Refused):
    """The diagnosis stands in the record."""

    code = "already_confirmed"
    message = _("This diagnosis is in the record already.")


class AllergyKnown(Refused):
    """The resident is allergic to this drug, or to its group."""

    code = "allergy_known"
    status = 422
    message = _("The resident is allergic to %(allergen)s. Choose another drug.")


class SubstanceMissing(Refused):
    """Allergic to something else, and nothing says to what."""

    code = "substance_missing"
    status = 422
    message = _("Enter what the resident is allergic to.")


class MedicineMissing(Refused):
    """Neither a drug of the list nor a name, or both."""

    code = "medicine_missing"
    status = 422
    message = _("Choose a drug of the list, or enter the name of another one.")


class MeasuredLater(Refused):
    """Nothing is measured in the future."""

    code = "measured_later"
    status = 422
    message = _("This time has not come yet.")


@refuses(*refused_by(check_reading, require_agreement))
@needs_words("summary")
@no_identity_numbers("advice")
@transaction.atomic
def record_encounter(
    *,
    record: HealthRecord,
    clinic: Hospital,
    kind: str,
    summary: str,
    by: User,
    at: dt.datetime,
    advice: str = "",
    readings: Sequence[Reading] = (),
    department: Department | None = None,
    started_at: dt.datetime | None = None,
) -> Encounter:
    """Write down a meeting with the resident and what was measured; of a restricted department it is restricted."""
    require_agreement(record.resident)
    for reading in readings:
        check_reading(reading)
    is_restricted = clinic.is_restricted or (department is not None and department.is_restricted)
    encounter = Encounter.objects.create(
        resident=record.resident,
        clinic=clinic,
        kind=kind,
        department=department,
        summary=summary,
        advice=advice,
        is_restricted=is_restricted,
        started_at=started_at or at,
        ended_at=at,
        recorded_by=by,
    )
    rows = [observation_of(each) for each in readings]
    for row in rows:
        row.resident, row.encounter, row.measured_at, row.recorded_by = record.resident, encounter, at, by
    Observation.objects.bulk_create(rows)
    return encounter


@refuses(EntryNotFound, MeasuredLater, *refused_by(check_reading, require_agreement))
@transaction.atomic
def add_measurement(
    *,
    record: HealthRecord,
    clinic: Hospital,
    encounter: UUID,
    reading: Reading,
    by: User,
    at: dt.datetime,
    measured_at: dt.datetime | None = None,
) -> Observation:
    """Add what a device of the clinic has measured to an encounter of this clinic that stands in the record."""
    require_agreement(record.resident)
    check_reading(reading)
    if measured_at is not None and measured_at > at:
        raise MeasuredLater(field="measured_at")
    standing = Encounter.objects.standing().filter(pk=encounter, resident=record.resident_id, clinic=clinic)
    found = standing.select_for_update(of=("self",)).first()
    if found is None:
        raise EntryNotFound(field="encounter")
    row = observation_of(reading)
    row.resident, row.encounter, row.measured_at, row.recorded_by = record.resident, found, measured_at or at, by
    row.save(force_insert=True)
    return row


@transaction.atomic
def confirm_condition(*, resident: Person, clinic: Hospital, code: str, by: User, at: dt.datetime) -> None:
    """A doctor confirms a diagnosis; again it changes nothing."""
    is_restricted = clinic.is_restricted or code in RESTRICTED_CODES
    row = Condition(
        resident=resident, clinic=clinic, code=code, is_restricted=is_restricted, confirmed_by=by, confirmed_at=at
    )
    Condition.objects.bulk_create([row], ignore_conflicts=True)


@refuses(AlreadyConfirmed, *refused_by(require_agreement))
@transaction.atomic
def record_diagnosis(*, record: HealthRecord, clinic: Hospital, code: str, by: User, at: dt.datetime) -> Condition:
    """Write a confirmed diagnosis into the record, as a doctor.

    What another clinic has restricted is neither told nor in the way.
    """
    require_agreement(record.resident)
    record = lock(record)
    standing = Condition.objects.standing().filter(
        Q(is_restricted=False) | Q(clinic=clinic), resident=record.resident_id, code=code
    )
    if standing.exists():
        raise AlreadyConfirmed(field="code")
    confirm_condition(resident=record.resident, clinic=clinic, code=code, by=by, at=at)
    return standing.get()


@refuses(SubstanceMissing, *refused_by(require_agreement))
@no_identity_numbers("substance", "reaction")
@transaction.atomic
def record_allergy(
    *,
    record: HealthRecord,
    clinic: Hospital,
    allergen: str,
    criticality: str,
    by: User,
    at: dt.datetime,
    substance: str = "",
    reaction: str = "",
    drug: Drug | None = None,
) -> Allergy:
    """Write down what the resident must not get: a group of drugs, one drug, or something else by its name."""
    require_agreement(record.resident)
    if allergen == Allergen.OTHER and drug is None and not substance:
        raise SubstanceMissing(field="substance")
    return Allergy.objects.create(
        resident=record.resident,
        clinic=clinic,
        allergen=allergen,
        drug=drug,
        substance=substance,
        criticality=criticality,
        reaction=reaction,
        recorded_by=by,
        recorded_at=at,
    )


@refuses(AllergyKnown)
def refuse_allergic(person: UUID, drug: Drug) -> None:
    """Refuse a drug to one who is allergic to it, or to a group that it belongs to."""
    for allergy in allergies_of(person):
        names = {allergy.substance.casefold()} - {""}
        is_same = allergy.drug_id == drug.pk or bool(names & {drug.name.casefold(), drug.name_zh.casefold()})
        if is_same or allergy.allergen in drug.allergens:
            raise AllergyKnown(field="drug", allergen=drug.title if is_same else str(allergy.get_allergen_display()))


@refuses(MedicineMissing, *refused_by(require_agreement))
@no_identity_numbers("name", "dose")
@transaction.atomic
def record_medicine(
    *,
    record: HealthRecord,
    clinic: Hospital,
    dose: str,
    from_date: dt.date,
    by: User,
    at: dt.datetime,
    drug: Drug | None = None,
    name: str = "",
    to_date: dt.date | None = None,
    is_restricted: bool = False,
) -> Medicine:
    """Write down what the resident takes, and from when, dates of the clinic's zone."""
    require_agreement(record.resident)
    if (drug is None) == (not name):
        raise MedicineMissing(field="drug")
    return Medicine.objects.create(
        resident=record.resident,
        clinic=clinic,
        is_restricted=is_restricted or clinic.is_restricted,
        drug=drug,
        name=name,
        dose=dose,
        from_date=from_date,
        to_date=to_date,
        recorded_by=by,
        recorded_at=at,
    )


@transaction.atomic
def end_medicine(*, resident: UUID, drug: Drug, from_date: dt.date, to_date: dt.date) -> int:
    """What was taken since this day for longer is taken until another one; how many entries.

    Also of a record that was merged since: what was handed out before stands there.
    """
    people = Person.objects.of_people(resident)
    rows = Medicine.objects.filter(
        resident__in=people, drug=drug, from_date=from_date, to_date__gt=to_date, wrong_at=None
    )
    return rows.update(to_date=to_date, updated_at=Now())


@refuses(EntryNotFound)
@needs_words("reason")
@transaction.atomic
def correct_entry(
    *, record: HealthRecord, clinic: Hospital, kind: str, entry: UUID, reason: str, by: User, at: dt.datetime
) -> HealthRecord:
    """Mark an entry of this clinic as entered in error, under whichever record of the resident.

    It is shown no more and stays stored.
    """
    people = Person.objects.of_people(record.resident_id)
    rows = KINDS[kind].objects.filter(pk=entry, resident__in=people, clinic=clinic, wrong_at=None)
    found = rows.select_for_update(of=("self",)).first()
    if found is None:
        raise EntryNotFound(field="entry")
    found.wrong_at, found.wrong_by, found.wrong_because = at, by, reason
    found.save(update_fields=["wrong_at", "wrong_by", "wrong_because", "updated_at"])
    record_change(found, old="final", new="entered-in-error", at=at, actor=by.pk)
    return record
