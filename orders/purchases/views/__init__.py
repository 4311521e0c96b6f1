"""Pages of orders: begun at the counter, one order, and what a warehouse sends for it."""

from orders.purchases.views.parts import PART_PAGE
from orders.purchases.views.purchases import PURCHASE_PAGE, slip
from orders.purchases.views.starting import new
