"""Residents of the story who ask a doctor online: one just now, one answered, one with prescriptions, one sent back."""

import datetime as dt
from io import BytesIO

from PIL import Image

from core.files.services import store_photo
from ecomnet.demo_data.stations import Cast
from finance.payments.services import Tender
from health.consultations.models import Consultation
from health.consultations.services import (
    accept_case,
    answer_case,
    claim_case,
    complete_case,
    dispense_prescription,
    prescribe_drug,
    reject_case,
    release_prescription,
    request_consultation,
    return_prescription,
)
from health.hospitals.models import Hospital
from health.records.models import Drug
from health.records.services import agree
from stations.models import Person, Station, User

MINUTE = dt.timedelta(minutes=1)
FEE = 20_00


def load_consultations(
    clinic: Hospital, station: Station, cast: Cast, people: list[Person], *, at: dt.datetime
) -> None:
    """The county's hospital answered free of charge until now; no cash day was open when these residents asked."""
    partner = cast.partners[station.pk]
    nurse, doctor = cast.hospital_staff[0], cast.hospital_staff[-1]
    _charge(clinic, 0)
    began = at - 40 * MINUTE
    rows = [_ask(clinic, station, person, partner, number, at=began) for number, person in enumerate(people[:5])]
    _asked, waiting, answered, done, first = rows
    for row in (waiting, answered, done):
        accept_case(consultation=row, by=nurse, at=began + 5 * MINUTE)
    for row in (answered, done):
        claim_case(consultation=row, by=doctor, at=began + 10 * MINUTE)
    answer_case(consultation=answered, text="请把血压计上的两个数告诉我", by=doctor, at=began + 20 * MINUTE)
    _prescribe(done, doctor, cast.pharmacist, at=began + 20 * MINUTE)
    complete_case(
        consultation=done, summary="血压平稳，无不适", advice="按时服药，两周后复诊", by=doctor, at=began + 30 * MINUTE
    )
    reject_case(consultation=first, because="first_visit", by=nurse, at=began + 10 * MINUTE)
    _charge(clinic, FEE)


def _charge(clinic: Hospital, fee_minor: int) -> None:
    clinic.consultation_fee_minor = fee_minor
    clinic.save(update_fields=["consultation_fee_minor", "updated_at"])


def _ask(
    clinic: Hospital, station: Station, person: Person, partner: User, number: int, *, at: dt.datetime
) -> Consultation:
    for purpose in ("health_record", "share_with_hospital"):
        agree(resident=person, manner="signature", by=partner, at=at, purpose=purpose)
    drawn = BytesIO()
    Image.new("RGB", (320, 240), (230, 240 - number, 245)).save(drawn, "PNG")
    drawn.seek(0)
    return request_consultation(
        clinic=clinic,
        resident=person,
        station=station,
        complaint="降压药快吃完了，最近有点头晕",
        signs=["fever"] if number == 1 else [],
        photos=[store_photo(upload=drawn, by=partner.pk, at=at).pk],
        tender=Tender(payer=person),
        by=partner,
        at=at,
        key=f"demo-consultation-{number}",
    )


def _prescribe(case: Consultation, doctor: User, pharmacist: User, *, at: dt.datetime) -> None:
    """One of each state."""
    doses = (("C08CA01", "每天一次，每次 5 毫克"), ("C09CA01", "每天一次，每次 50 毫克"), ("C10AA05", "每晚一次"))
    made = [
        prescribe_drug(consultation=case, drug=Drug.objects.get(code=code), dose=dose, days=14, by=doctor, at=at)
        for code, dose in (*doses, ("N02BE01", "疼时一片"))
    ]
    _draft, released, handed_out, wrong = made
    release_prescription(prescription=released, by=pharmacist, at=at + 5 * MINUTE)
    release_prescription(prescription=handed_out, by=pharmacist, at=at + 5 * MINUTE)
    dispense_prescription(prescription=handed_out, by=pharmacist, at=at + 9 * MINUTE)
    return_prescription(prescription=wrong, reason="请写明一天最多几片", by=pharmacist, at=at + 6 * MINUTE)
