"""The states of a vetting and of a concern, and the verbs that move them."""

from core.state_machines import Machine
from education.safeguarding.models import Concern, Vetting

_V, _C = Vetting.Status, Concern.Status

VETTING = Machine(
    name="vetting",
    states=_V,
    arrows={"confirm_vetting": frozenset({_V.DRAFT}), "revoke_vetting": frozenset({_V.DRAFT, _V.VALID})},
)
CONCERN = Machine(
    name="concern",
    states=_C,
    arrows={
        "acknowledge_concern": frozenset({_C.OPEN}),
        "refer_concern": frozenset({_C.ACKNOWLEDGED}),
        "close_concern": frozenset({_C.ACKNOWLEDGED, _C.REFERRED}),
        "escalate_concern": frozenset({_C.OPEN}),
        "note_concern": frozenset({_C.OPEN, _C.ACKNOWLEDGED, _C.REFERRED}),
    },
)
