"""The states of a tutor, and the verbs that move them; those of a lesson are the states of its booking."""

from core.state_machines import Machine
from education.tutoring.models import Tutor

_S = Tutor.Status

TUTOR = Machine(
    name="tutor",
    states=_S,
    arrows={
        "change_tutor": frozenset({_S.APPLIED, _S.ACTIVE, _S.PAUSED}),
        "activate_tutor": frozenset({_S.APPLIED, _S.PAUSED}),
        "set_tutor_hours": frozenset({_S.APPLIED, _S.ACTIVE, _S.PAUSED}),
        "pause_tutor": frozenset({_S.ACTIVE}),
        "end_tutor": frozenset({_S.APPLIED, _S.ACTIVE, _S.PAUSED}),
    },
)
