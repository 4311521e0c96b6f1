"""Orders over the API, and what is sent for them."""

from orders.purchases.api.orders import (
    CancelPurchase,
    DispatchFulfilment,
    Fulfilments,
    GiveConsent,
    HandOverPurchase,
    PackFulfilment,
    PickFulfilment,
    PurchaseDetail,
    Purchases,
    RecallPurchase,
    RequestConsent,
    TakePayment,
)
