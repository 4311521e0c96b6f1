"""API endpoints of orders and of what is sent for them."""

from django.urls import path

from orders.purchases import api

urlpatterns = [
    path("purchases/", api.Purchases.as_view(), name="api-purchases"),
    path("purchases/hand-over/", api.HandOverPurchase.as_view(), name="api-purchase-hand-over"),
    path("purchases/<uuid:pk>/", api.PurchaseDetail.as_view(), name="api-purchase"),
    path("purchases/<uuid:pk>/request-consent/", api.RequestConsent.as_view(), name="api-purchase-request-consent"),
    path("purchases/<uuid:pk>/give-consent/", api.GiveConsent.as_view(), name="api-purchase-give-consent"),
    path("purchases/<uuid:pk>/take-payment/", api.TakePayment.as_view(), name="api-purchase-take-payment"),
    path("purchases/<uuid:pk>/payment-link/", api.OfferPaymentLink.as_view(), name="api-purchase-payment-link"),
    path(
        "purchases/<uuid:pk>/cancel-payment-link/",
        api.CancelPaymentLink.as_view(),
        name="api-purchase-cancel-payment-link",
    ),
    path("purchases/<uuid:pk>/cancel/", api.CancelPurchase.as_view(), name="api-purchase-cancel"),
    path("purchases/<uuid:pk>/recall/", api.RecallPurchase.as_view(), name="api-purchase-recall"),
    path("purchases/<uuid:pk>/write-off/", api.WriteOffPurchase.as_view(), name="api-purchase-write-off"),
    path("purchases/<uuid:pk>/waive-points/", api.WaiveCodPoints.as_view(), name="api-purchase-waive-points"),
    path("fulfilments/", api.Fulfilments.as_view(), name="api-fulfilments"),
    path("fulfilments/<uuid:pk>/confirm/", api.ConfirmFulfilment.as_view(), name="api-fulfilment-confirm"),
    path("fulfilments/<uuid:pk>/refuse/", api.RefuseFulfilment.as_view(), name="api-fulfilment-refuse"),
    path("fulfilments/<uuid:pk>/cancel/", api.CancelFulfilment.as_view(), name="api-fulfilment-cancel"),
    path(
        "fulfilments/<uuid:pk>/supplier-told/", api.NoteSupplierInformed.as_view(), name="api-fulfilment-supplier-told"
    ),
    path("fulfilments/<uuid:pk>/give-back/", api.GiveBackFulfilment.as_view(), name="api-fulfilment-give-back"),
    path("fulfilments/<uuid:pk>/ship/", api.ShipFulfilment.as_view(), name="api-fulfilment-ship"),
    path("fulfilments/<uuid:pk>/receive/", api.ReceiveFulfilment.as_view(), name="api-fulfilment-receive"),
    path("fulfilments/<uuid:pk>/pick/", api.PickFulfilment.as_view(), name="api-fulfilment-pick"),
    path("fulfilments/<uuid:pk>/pack/", api.PackFulfilment.as_view(), name="api-fulfilment-pack"),
    path("fulfilments/<uuid:pk>/dispatch/", api.DispatchFulfilment.as_view(), name="api-fulfilment-dispatch"),
]
