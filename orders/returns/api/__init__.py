"""Returns over the API."""

from orders.returns.api.returns import (
    ApproveReturn,
    CancelReturn,
    DropReturn,
    EndReturnUnpaid,
    InspectReturn,
    ReceiveReturn,
    RefundReturn,
    RejectReturn,
    ReplaceReturn,
    ReturnDetail,
    Returns,
    SendBackReturn,
    SendReturn,
    SettleReturn,
)
