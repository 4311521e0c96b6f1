"""API endpoints of shops."""

from django.urls import path

from orders.shops import api

urlpatterns = [
    path("shops/", api.Shops.as_view(), name="api-shops"),
    path("shops/<uuid:pk>/", api.ShopDetail.as_view(), name="api-shop"),
    path("shops/<uuid:pk>/ask/", api.AskShopOwner.as_view(), name="api-shop-ask"),
    path("shops/<uuid:pk>/submit/", api.SubmitShop.as_view(), name="api-shop-submit"),
    path("shops/<uuid:pk>/approve/", api.ApproveShop.as_view(), name="api-shop-approve"),
    path("shops/<uuid:pk>/reject/", api.RejectShop.as_view(), name="api-shop-reject"),
    path("shops/<uuid:pk>/pause/", api.PauseShop.as_view(), name="api-shop-pause"),
    path("shops/<uuid:pk>/reopen/", api.ReopenShop.as_view(), name="api-shop-reopen"),
    path("shops/<uuid:pk>/suspend/", api.SuspendShop.as_view(), name="api-shop-suspend"),
    path("shops/<uuid:pk>/reinstate/", api.ReinstateShop.as_view(), name="api-shop-reinstate"),
    path("shops/<uuid:pk>/terminate/", api.TerminateShop.as_view(), name="api-shop-terminate"),
    path("shops/<uuid:pk>/coupon-code/", api.SendCouponCode.as_view(), name="api-shop-coupon-code"),
    path("shops/<uuid:pk>/agree-coupon/", api.AgreeCoupon.as_view(), name="api-shop-agree-coupon"),
    path("shops/<uuid:pk>/articles/", api.AddArticle.as_view(), name="api-shop-articles"),
    path("shop-articles/<uuid:pk>/change/", api.ChangeArticle.as_view(), name="api-shop-article-change"),
    path("shop-orders/", api.ShopOrders.as_view(), name="api-shop-orders"),
    path("shop-orders/<uuid:pk>/", api.ShopOrderDetail.as_view(), name="api-shop-order"),
    path("shop-orders/<uuid:pk>/pack/", api.PackShopOrder.as_view(), name="api-shop-order-pack"),
    path("shop-orders/<uuid:pk>/send/", api.SendShopOrder.as_view(), name="api-shop-order-send"),
    path("shop-orders/<uuid:pk>/deliver/", api.DeliverShopOrder.as_view(), name="api-shop-order-deliver"),
    path("shop-orders/<uuid:pk>/concede-claim/", api.ConcedeShopClaim.as_view(), name="api-shop-claim-concede"),
    path("shop-orders/<uuid:pk>/accept-claim/", api.AcceptShopClaim.as_view(), name="api-shop-claim-accept"),
    path("shop-orders/<uuid:pk>/refuse-claim/", api.RefuseShopClaim.as_view(), name="api-shop-claim-refuse"),
    path("shop-orders/<uuid:pk>/cancel/", api.CancelShopOrder.as_view(), name="api-shop-order-cancel"),
]
