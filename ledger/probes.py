"""What the ledger needs to be able to work."""

from django.utils.timezone import now

from ledger.queries import months_ahead

MONTHS_NEEDED = 2


def months_stand() -> bool:
    """Whether transfers have room for at least two months to come: a missing month would refuse every posting."""
    return months_ahead(now().date()) >= MONTHS_NEEDED
