"""Presales over the API."""

from orders.presales.api.claims import AcceptPresaleClaim, RaisePresaleClaim, RefusePresaleClaim
from orders.presales.api.orders import (
    CancelPresaleOrder,
    HandOverPresaleOrder,
    PresaleOrderDetail,
    PresaleOrders,
)
from orders.presales.api.presales import (
    AllotPresale,
    CancelPresale,
    DeliverPresale,
    OpenPresales,
    PresaleDetail,
    Presales,
)
