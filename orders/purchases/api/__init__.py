"""Orders over the API, and what is sent for them."""

from orders.purchases.api.fulfilments import (
    CancelFulfilment,
    ConfirmFulfilment,
    DispatchFulfilment,
    Fulfilments,
    GiveBackFulfilment,
    NoteSupplierInformed,
    PackFulfilment,
    PickFulfilment,
    ReceiveFulfilment,
    RefuseFulfilment,
    ShipFulfilment,
)
from orders.purchases.api.orders import (
    CancelPaymentLink,
    CancelPurchase,
    GiveConsent,
    HandOverPurchase,
    OfferPaymentLink,
    PurchaseDetail,
    Purchases,
    RecallPurchase,
    RequestConsent,
    TakePayment,
    WaiveCodPoints,
    WriteOffPurchase,
)
