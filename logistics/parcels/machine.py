"""The states of a parcel, and the verbs that move it."""

from core.state_machines import Machine
from logistics.parcels.models import Parcel

_S = Parcel.Status

#: How far along a parcel is: an older scan never takes it back.
RANK: dict[str, int] = {
    _S.PRE_TRANSIT: 0,
    _S.IN_TRANSIT: 1,
    _S.AT_COUNTY_HUB: 2,
    _S.AT_TOWNSHIP_HUB: 3,
    _S.OUT_FOR_DELIVERY: 4,
    _S.AVAILABLE_FOR_PICKUP: 5,
    _S.UNCOLLECTED: 6,
    _S.REFUSED: 6,
    _S.RETURN_TO_SENDER: 7,
    _S.COLLECTED: 8,
    _S.DELIVERED: 8,
    _S.CANCELLED: 8,
    _S.RETURNED: 8,
    _S.LOST: 8,
}
#: Still on its way: a scan of the station may arrive before those of the road, so all of these may be received.
COMING = frozenset(
    {_S.PRE_TRANSIT, _S.IN_TRANSIT, _S.AT_COUNTY_HUB, _S.AT_TOWNSHIP_HUB, _S.OUT_FOR_DELIVERY},
)

PARCEL = Machine(
    name="parcel",
    states=_S,
    arrows={
        "load_parcel": frozenset({_S.PRE_TRANSIT, _S.AT_COUNTY_HUB, _S.AT_TOWNSHIP_HUB}),
        # What a van brings back from a station that was closed is at the hub again.
        "arrive_at_hub": frozenset({_S.PRE_TRANSIT, _S.IN_TRANSIT, _S.AT_COUNTY_HUB, _S.OUT_FOR_DELIVERY}),
        "receive_at_station": COMING,
        "collect_parcel": frozenset({_S.AVAILABLE_FOR_PICKUP}),
        "refuse_parcel": frozenset({_S.AVAILABLE_FOR_PICKUP}),
        "reissue_code": frozenset({_S.AVAILABLE_FOR_PICKUP}),
        "extend_storage": frozenset({_S.AVAILABLE_FOR_PICKUP}),
        "mark_uncollected": frozenset({_S.AVAILABLE_FOR_PICKUP}),
        "return_to_sender": frozenset({_S.REFUSED, _S.UNCOLLECTED}),
        "load_back": frozenset({_S.RETURN_TO_SENDER}),
        "receive_return_leg": frozenset({_S.RETURN_TO_SENDER}),
        # What a carrier has delivered, or could not deliver, may turn out to be damaged.
        "report_exception": COMING
        | {_S.AVAILABLE_FOR_PICKUP, _S.REFUSED, _S.UNCOLLECTED, _S.RETURN_TO_SENDER, _S.RETURNED, _S.DELIVERED},
        # A parcel that is sent from the county centre itself was never on the road.
        "hand_to_carrier": frozenset({_S.PRE_TRANSIT, _S.AT_COUNTY_HUB}),
        "examine_contradiction": frozenset({_S.DELIVERED, _S.RETURN_TO_SENDER, _S.RETURNED, _S.LOST}),
        "record_carrier_scan": frozenset({_S.OUT_FOR_DELIVERY, _S.DELIVERED}),
        "cancel_parcel": frozenset({_S.PRE_TRANSIT}),
    },
)
