"""The states of a kit, of an entitlement and of a crate, and the verbs that move them."""

from core.state_machines import Machine
from education.supplies.models import Kit, KitCrate, KitEntitlement

_S, _E, _C = Kit.State, KitEntitlement.Status, KitCrate.Status

KIT = Machine(
    name="school kit",
    states=_S,
    arrows={
        "send_kits": frozenset({_S.AT_COUNTY}),
        "receive_kit": frozenset({_S.IN_TRANSIT}),
        "hand_over_kit": frozenset({_S.AT_STATION}),
        "return_kit": frozenset({_S.HANDED_OVER}),
        "report_kit_damaged": frozenset(Kit.HANDLED),
        "send_crate": frozenset({_S.AT_STATION}),
    },
)

ENTITLEMENT = Machine(
    name="entitlement to a school kit",
    states=_E,
    arrows={
        "approve_entitlement": frozenset(KitEntitlement.WAITING),
        "refuse_entitlement": frozenset(KitEntitlement.WAITING),
        "cancel_entitlement": frozenset(KitEntitlement.OPEN),
    },
)

CRATE = Machine(
    name="crate of school kits",
    states=_C,
    arrows={"count_crate_kit": frozenset({_C.SENT}), "close_crate": frozenset({_C.SENT})},
)
