"""What libraries hold of a reader."""

from typing import Any

from education.libraries.models import Hold, Loan
from stations.people.models import Person

LOAN = ("copy__title__title", "copy__barcode", "library__station__name", "lent_at", "due_date", "returned_at", "status")
HOLD = ("title__title", "pickup_library__station__name", "placed_at", "expires_date", "status")


def book_loans(person: Person) -> list[dict[str, Any]]:
    """Each book that the person has or had at home."""
    return list(Loan.objects.filter(borrower=person).order_by("pk").values(*LOAN))


def book_reservations(person: Person) -> list[dict[str, Any]]:
    """Each title that the person reserved."""
    return list(Hold.objects.filter(borrower=person).order_by("pk").values(*HOLD))
