"""The verbs of farmers' shops."""

from orders.shops.services.answers import expire_checkout, note_paid, note_reversed, note_unfunded
from orders.shops.services.articles import add_article, change_article
from orders.shops.services.checking_out import (
    BasketEmpty,
    Buyer,
    CheckoutOver,
    SellersOfTwoCounties,
    ShopClosed,
    SoldOut,
    TotalChanged,
    Wanted,
    check_out,
    pay_checkout,
)
from orders.shops.services.claiming import (
    ClaimAboveCeiling,
    ClaimedAlready,
    ClaimTooMuch,
    ClaimWindowOver,
    accept_claim,
    appeal_claim,
    concede_claim,
    end_refused_claims,
    raise_claim,
    refuse_claim,
    refuse_claim_now,
    remind_of_claims,
)
from orders.shops.services.deciding import (
    ShopHasOrders,
    approve_shop,
    pause_shop,
    reinstate_shop,
    reject_shop,
    reopen_shop,
    suspend_shop,
    terminate_shop,
)
from orders.shops.services.ending import (
    cancel_gone,
    cancel_shop_order,
    cancel_unpacked,
    cancel_unsent,
    complete_shop_orders,
    deliver_silent,
    forget_buyers,
    remind_unsent,
)
from orders.shops.services.opening import (
    FarmerHasShop,
    NoShopPolicy,
    ShopIsEmpty,
    ask_shop_owner,
    open_shop,
    submit_shop,
    submit_signed_shop,
)
from orders.shops.services.packing import (
    PaymentTakenBack,
    SellerGone,
    deliver_shop_order,
    pack_shop_order,
    send_shop_order,
)
from orders.shops.services.showing import BuyerSeen, log_buyers_seen, see_buyer
