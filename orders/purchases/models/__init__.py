"""Orders with their lines, consents and payments; what travels to the station; rules for cash on delivery."""

from orders.purchases.models.cod import CodPolicy, CodRefusal, CodStanding, CodWaiver
from orders.purchases.models.consents import OrderConsent
from orders.purchases.models.fulfilments import Fulfilment, FulfilmentLine
from orders.purchases.models.links import PaymentLink
from orders.purchases.models.orders import Order, OrderLine, OrderPayment
