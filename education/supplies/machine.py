"""The states of a kit, an entitlement, a crate and what is said of a lost kit, and the verbs that move them."""

from core.state_machines import Machine
from education.supplies.models import Kit, KitCrate, KitEntitlement, KitSettlement

_S, _E, _C, _T = Kit.State, KitEntitlement.Status, KitCrate.Status, KitSettlement.Status

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
        "propose_kit_settlement": frozenset({_S.LOST, _S.DAMAGED}),
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

SETTLEMENT = Machine(
    name="settlement of a lost school kit",
    states=_T,
    arrows={
        "confirm_kit_settlement": frozenset({_T.PROPOSED}),
        "refuse_kit_settlement": frozenset({_T.PROPOSED}),
    },
)
