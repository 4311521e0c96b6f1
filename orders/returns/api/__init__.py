"""Returns over the API."""

from orders.returns.api.returns import (
    ApproveReturn,
    CancelReturn,
    DropReturn,
    InspectReturn,
    ReceiveReturn,
    RejectReturn,
    ReturnDetail,
    Returns,
    SendBackReturn,
    SendReturn,
)
