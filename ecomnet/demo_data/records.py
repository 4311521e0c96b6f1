"""Health records of villagers of the story: encounters, allergies, medicines, and one emergency access to review."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from ecomnet.demo_data.days import day_of
from ecomnet.demo_data.lending import photo_of
from health.hospitals.models import Department, Hospital
from health.records.models import Code, Drug, HealthRecord
from health.records.services import (
    Pressure,
    Vital,
    allow_grantee,
    open_emergency_access,
    record_allergy,
    record_diagnosis,
    record_encounter,
    record_medicine,
    record_reads,
)
from stations.models import User

DAY = dt.timedelta(days=1)


def load_records(clinic: Hospital, staff: Sequence[User], numbers: Sequence[str], *, at: dt.datetime) -> None:
    """The first residents in programmes have records; the doctor of the story heads the clinic."""
    nurse, doctor = staff[0], staff[-1]
    clinic.head = doctor
    clinic.save(update_fields=["head", "updated_at"])
    kept = list(HealthRecord.objects.filter(clinic=clinic).select_related("resident").order_by("pk")[:3])
    first, second, third = kept
    record_encounter(
        record=first,
        clinic=clinic,
        kind="AMB",
        department=Department.objects.get(hospital=clinic, code="CARDIO"),
        summary="血压控制平稳，偶有头晕，心肺听诊正常",
        advice="继续服药，少盐，三个月后复诊",
        readings=[Pressure(134, 82), Vital(Code.PULSE, Decimal(72)), Vital(Code.WEIGHT, Decimal("61.5"))],
        by=doctor,
        at=at - 20 * DAY,
    )
    about = {"record": first, "clinic": clinic, "by": nurse, "at": at - 20 * DAY}
    record_allergy(**about, allergen="penicillins", criticality="high", reaction="全身皮疹")
    record_medicine(
        **about,
        drug=Drug.objects.get(code="C08CA01"),
        dose="每天一次，每次 5 毫克",
        from_date=day_of(at - 200 * DAY),
    )
    record_diagnosis(record=first, clinic=clinic, code="E78", by=doctor, at=at - 20 * DAY)
    record_encounter(
        record=second,
        clinic=clinic,
        kind="AMB",
        department=Department.objects.get(hospital=clinic, code="MIND"),
        summary="睡眠差，情绪低落两周",
        by=doctor,
        at=at - 9 * DAY,
    )
    other = Hospital.objects.filter(is_active=True, is_restricted=False).exclude(pk=clinic.pk).order_by("pk").first()
    if other:
        until = day_of(at) + 60 * DAY
        about = {"record": first, "hospital": other, "until_date": until, "by": nurse, "at": at - dt.timedelta(hours=2)}
        allow_grantee(**about, manner="paper", evidence=photo_of(nurse, at))
    open_emergency_access(
        clinic=clinic,
        id_number=numbers[kept.index(third)],
        reason="患者昏迷送来，需要了解用药情况",
        by=nurse,
        at=at - DAY,
    )
    # What the nurse has opened in the emergency, and the doctor in the office, stands in the residents' logs.
    record_reads(residents=[third.resident], user=nurse, at=at - DAY, in_emergency=True)
    record_reads(residents=[first.resident, second.resident], user=doctor, at=at - 9 * DAY)
