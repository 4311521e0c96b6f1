"""The verbs of presales."""

from orders.presales.services.allotting import LotUnfit, MoreThanOrdered, allot_presale, allotment
from orders.presales.services.claiming import (
    BoxClaimedAlready,
    BoxClaimTooLarge,
    BoxClaimWindowOver,
    CarrierUnknown,
    accept_presale_claim,
    raise_presale_claim,
    refuse_presale_claim,
)
from orders.presales.services.closing import cancel_presale, close_presale
from orders.presales.services.delivering import (
    DeclineDaysOpen,
    NothingAllotted,
    NotSettledYet,
    deliver_presale,
    hand_over_presale_order,
)
from orders.presales.services.opening import (
    BoxImpossible,
    CloseNotPossible,
    DeliveryNotPossible,
    GradeUnfit,
    HarvestUnfit,
    open_presale,
)
from orders.presales.services.ordering import (
    DeclineTooLate,
    PresaleClosed,
    PresaleFull,
    cancel_presale_order,
    place_presale_order,
    price_of,
)
from orders.presales.services.recalling import refund_recalled
from orders.presales.services.settling import settle_presale
from orders.presales.services.telling import tell_of_harvest, tell_of_recall, tell_of_state
