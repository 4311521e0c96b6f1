"""The states of a consultation and of a prescription, and the verbs that move them."""

from core.state_machines import Machine
from health.consultations.models import Consultation, Prescription
from health.consultations.refusals import AlreadyClaimed

_S, _P = Consultation.Status, Prescription.Status
WITH_DOCTOR = frozenset({_S.IN_PROGRESS, _S.ON_HOLD})

CONSULTATION = Machine(
    name="consultation",
    states=_S,
    arrows={
        "accept_case": frozenset({_S.REQUESTED}),
        "reject_case": frozenset({_S.REQUESTED}),
        "cancel_consultation": frozenset({_S.REQUESTED, _S.ACCEPTED}),
        "claim_case": frozenset({_S.ACCEPTED}),
        "send_message": frozenset({_S.REQUESTED, _S.ACCEPTED, _S.IN_PROGRESS, _S.ON_HOLD}),
        "answer_case": WITH_DOCTOR,
        "prescribe_drug": frozenset({_S.IN_PROGRESS, _S.ON_HOLD, _S.COMPLETED}),
        "complete_case": WITH_DOCTOR,
        "refer_case": WITH_DOCTOR,
    },
    refusals={"claim_case": AlreadyClaimed},
)
PRESCRIPTION = Machine(
    name="prescription",
    states=_P,
    arrows={
        "release_prescription": frozenset({_P.DRAFT}),
        "return_prescription": frozenset({_P.DRAFT, _P.ACTIVE}),
        "dispense_prescription": frozenset({_P.ACTIVE}),
        "stop_prescription": frozenset(Prescription.IN_FORCE),
    },
)
