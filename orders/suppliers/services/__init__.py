"""What is done with the order systems of suppliers."""

from orders.suppliers.services.calling import begin_call, end_call
from orders.suppliers.services.delivering import begin_attempt, end_attempt
from orders.suppliers.services.hearing import NotConfirmedYet, hear_supplier
from orders.suppliers.services.ordering import (
    GoodsUndecided,
    NotToExamine,
    note_examined,
    place_supplier_order,
    release_supplier_order,
)
from orders.suppliers.services.pushing import AlreadyDelivered, push_order, push_return, send_again
