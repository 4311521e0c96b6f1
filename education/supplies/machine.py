"""The states of a kit and the verbs that move it."""

from core.state_machines import Machine
from education.supplies.models import Kit

_S = Kit.State

KIT = Machine(
    name="school kit",
    states=_S,
    arrows={
        "send_kits": frozenset({_S.AT_COUNTY}),
        "receive_kit": frozenset({_S.IN_TRANSIT}),
        "hand_over_kit": frozenset({_S.AT_STATION}),
        "return_kit": frozenset({_S.HANDED_OVER}),
        "report_kit_damaged": frozenset(Kit.IN_STOCK),
    },
)
