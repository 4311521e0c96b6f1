"""The verbs of returns."""

from orders.returns.services.closing import close_return
from orders.returns.services.deciding import approve_return, cancel_return, reject_return
from orders.returns.services.inspecting import AcceptedTooMuch, InspectorIsRequester, inspect_return, send_back_return
from orders.returns.services.moving import PhotoNeeded, drop_return, receive_return, send_return
from orders.returns.services.requesting import (
    NotReturnable,
    QuantityNotReturnable,
    ReasonNotAccepted,
    ReturnWindowShut,
    request_return,
)
