"""API endpoints of presales."""

from django.urls import path

from orders.presales import api

PRESALE, ORDER = "presales/<uuid:pk>/", "presale-orders/<uuid:pk>/"
urlpatterns = [
    path("presales/", api.Presales.as_view(), name="api-presales"),
    path("open-presales/", api.OpenPresales.as_view(), name="api-open-presales"),
    path(PRESALE, api.PresaleDetail.as_view(), name="api-presale"),
    path(f"{PRESALE}allot/", api.AllotPresale.as_view(), name="api-presale-allot"),
    path(f"{PRESALE}deliver/", api.DeliverPresale.as_view(), name="api-presale-deliver"),
    path(f"{PRESALE}cancel/", api.CancelPresale.as_view(), name="api-presale-cancel"),
    path("presale-orders/", api.PresaleOrders.as_view(), name="api-presale-orders"),
    path(ORDER, api.PresaleOrderDetail.as_view(), name="api-presale-order"),
    path(f"{ORDER}cancel/", api.CancelPresaleOrder.as_view(), name="api-presale-order-cancel"),
    path(f"{ORDER}raise-claim/", api.RaisePresaleClaim.as_view(), name="api-presale-order-raise-claim"),
    path(f"{ORDER}accept-claim/", api.AcceptPresaleClaim.as_view(), name="api-presale-order-accept-claim"),
    path(f"{ORDER}refuse-claim/", api.RefusePresaleClaim.as_view(), name="api-presale-order-refuse-claim"),
    path(f"{ORDER}hand-over/", api.HandOverPresaleOrder.as_view(), name="api-presale-order-hand-over"),
]
