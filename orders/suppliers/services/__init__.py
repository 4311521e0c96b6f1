"""What is done with the order systems of suppliers."""

from orders.suppliers.services.delivering import begin_attempt, end_attempt
from orders.suppliers.services.pushing import AlreadyDelivered, push_order, push_return, send_again
