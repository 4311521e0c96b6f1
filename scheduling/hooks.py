"""What scheduling asks of the apps above it; `ecomnet/wiring.py` gives the answers."""

from collections.abc import Callable, Collection, Mapping
from uuid import UUID

from core.hooks import KeyedHook

NUMBERS: KeyedHook[Callable[[Collection[UUID]], Mapping[UUID, int | str]]] = KeyedHook(
    "scheduling.numbers",
    "Owner kind -> f(bookings) -> {booking: the number by which the person is called}, of those whose numbers somebody "
    "else gives; all others have the number of their session. Asked once for all who are reminded together.",
)
