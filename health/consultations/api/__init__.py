"""Online consultations over the API: the station that asks, the clinic that answers, the pharmacist."""

from health.consultations.api.answering import (
    AcceptCase,
    AnswerCase,
    CaseContents,
    Cases,
    ClaimCase,
    CompleteCase,
    PrescribeDrug,
    ReferCase,
    RejectCase,
    StopPrescription,
)
from health.consultations.api.asking import CancelConsultation, Consultations, RequestConsultation, SendMessage
from health.consultations.api.prescriptions import (
    DispensePrescription,
    Prescriptions,
    ReleasePrescription,
    ReturnPrescription,
)
