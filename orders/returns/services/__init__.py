"""The verbs of returns."""

from orders.returns.services.closing import close_return
from orders.returns.services.deciding import approve_return, cancel_return, expire_return, reject_return
from orders.returns.services.inspecting import (
    AcceptedTooMuch,
    Inspected,
    InspectorIsRequester,
    inspect_return,
    send_back_return,
)
from orders.returns.services.losing import note_lost
from orders.returns.services.moving import (
    BroughtTooLate,
    LinesIncomplete,
    PhotoNeeded,
    Seen,
    drop_return,
    note_left,
    note_received,
    receive_return,
    send_return,
)
from orders.returns.services.replacing import refund_return, replace_return, settle_replacement
from orders.returns.services.requesting import (
    NotReturnable,
    QuantityNotReturnable,
    ReasonNotAccepted,
    ReplacementNotOffered,
    ReturnedOnFirstOrder,
    ReturnItem,
    ReturnWindowShut,
    request_return,
)
from orders.returns.services.settling import (
    end_return_unpaid,
    note_parcel_lost,
    note_replacement_moved,
    settle_return,
)
