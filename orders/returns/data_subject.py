"""What returns hold of a person."""

from typing import Any

from orders.returns.models import Return
from stations.people.models import Person


def returns(person: Person) -> list[dict[str, Any]]:
    """Everything that the person brought back."""
    rows = Return.objects.filter(order__villager=person).order_by("pk")
    return list(rows.values("number", "status", "reason", "resolution", "refunded_minor", "currency", "requested_at"))
