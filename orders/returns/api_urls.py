"""API endpoints of returns."""

from django.urls import path

from orders.returns import api

urlpatterns = [
    path("goods-returns/", api.Returns.as_view(), name="api-returns"),
    path("goods-returns/<uuid:pk>/", api.ReturnDetail.as_view(), name="api-return"),
    path("goods-returns/<uuid:pk>/approve/", api.ApproveReturn.as_view(), name="api-return-approve"),
    path("goods-returns/<uuid:pk>/reject/", api.RejectReturn.as_view(), name="api-return-reject"),
    path("goods-returns/<uuid:pk>/cancel/", api.CancelReturn.as_view(), name="api-return-cancel"),
    path("goods-returns/<uuid:pk>/drop/", api.DropReturn.as_view(), name="api-return-drop"),
    path("goods-returns/<uuid:pk>/send/", api.SendReturn.as_view(), name="api-return-send"),
    path("goods-returns/<uuid:pk>/receive/", api.ReceiveReturn.as_view(), name="api-return-receive"),
    path("goods-returns/<uuid:pk>/inspect/", api.InspectReturn.as_view(), name="api-return-inspect"),
    path("goods-returns/<uuid:pk>/replace/", api.ReplaceReturn.as_view(), name="api-return-replace"),
    path("goods-returns/<uuid:pk>/refund/", api.RefundReturn.as_view(), name="api-return-refund"),
    path("goods-returns/<uuid:pk>/settle/", api.SettleReturn.as_view(), name="api-return-settle"),
    path("goods-returns/<uuid:pk>/end-unpaid/", api.EndReturnUnpaid.as_view(), name="api-return-end-unpaid"),
    path("goods-returns/<uuid:pk>/send-back/", api.SendBackReturn.as_view(), name="api-return-send-back"),
]
