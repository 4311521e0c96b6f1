"""Orders over the API, and what is sent for them."""

from orders.purchases.api.orders import (
    CancelPaymentLink,
    CancelPurchase,
    DispatchFulfilment,
    Fulfilments,
    GiveConsent,
    HandOverPurchase,
    OfferPaymentLink,
    PackFulfilment,
    PickFulfilment,
    PurchaseDetail,
    Purchases,
    RecallPurchase,
    RequestConsent,
    TakePayment,
)
