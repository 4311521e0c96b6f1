"""API endpoints of group orders."""

from django.urls import path

from orders.groups import api

urlpatterns = [
    path("group-orders/", api.GroupOrders.as_view(), name="api-group-orders"),
    path("group-orders/<uuid:pk>/", api.GroupOrderDetail.as_view(), name="api-group-order"),
    path("group-orders/<uuid:pk>/pledge/", api.AddPledge.as_view(), name="api-group-order-pledge"),
    path("group-orders/<uuid:pk>/close/", api.CloseGroupOrder.as_view(), name="api-group-order-close"),
    path("group-orders/<uuid:pk>/cancel/", api.CancelGroupOrder.as_view(), name="api-group-order-cancel"),
    path("group-pledges/", api.GroupPledges.as_view(), name="api-group-pledges"),
    path("group-pledges/<uuid:pk>/withdraw/", api.WithdrawPledge.as_view(), name="api-group-pledge-withdraw"),
]
