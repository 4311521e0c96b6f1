"""Administration of this app: a table of contents."""

from orders.catalog import admin as catalog_admin
from orders.groups import admin as groups_admin
from orders.presales import admin as presales_admin
from orders.produce import admin as produce_admin
from orders.promotions import admin as promotions_admin
from orders.purchases import admin as purchases_admin
from orders.returns import admin as returns_admin
from orders.shipping import admin as shipping_admin
from orders.shops import admin as shops_admin
from orders.stock import admin as stock_admin
from orders.subsidies import admin as subsidies_admin
from orders.suppliers import admin as suppliers_admin
