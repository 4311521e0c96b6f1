"""Group orders over the API."""

from orders.groups.api.groups import (
    AddPledge,
    CancelGroupOrder,
    CloseGroupOrder,
    GroupOrderDetail,
    GroupOrders,
    GroupPledges,
    WithdrawPledge,
)
