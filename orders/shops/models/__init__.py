"""Farmers' shops: a table of contents."""

from orders.shops.models.articles import ShopArticle
from orders.shops.models.checkouts import ShopCheckout
from orders.shops.models.claims import ShopClaim, ShopClaimPhoto
from orders.shops.models.orders import ShopOrder, ShopOrderLine
from orders.shops.models.policies import ShopPolicy
from orders.shops.models.shops import Shop
