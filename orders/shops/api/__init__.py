"""Farmers' shops over the API."""

from orders.shops.api.coupons import AgreeCoupon, SendCouponCode
from orders.shops.api.orders import (
    AcceptShopClaim,
    CancelShopOrder,
    ConcedeShopClaim,
    DeliverShopOrder,
    PackShopOrder,
    RefuseShopClaim,
    SendShopOrder,
    ShopOrderDetail,
    ShopOrders,
)
from orders.shops.api.shops import (
    AddArticle,
    ApproveShop,
    AskShopOwner,
    ChangeArticle,
    PauseShop,
    ReinstateShop,
    RejectShop,
    ReopenShop,
    ShopDetail,
    Shops,
    SubmitShop,
    SuspendShop,
    TerminateShop,
)
