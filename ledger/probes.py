"""What the ledger needs to be able to work."""

from collections import Counter

from django.utils.timezone import now

from core.days import latest_day
from ledger.models import AuditFinding
from ledger.queries import months_ahead, uncleared_findings

MONTHS_NEEDED = 2


def months_stand() -> bool:
    """Whether partitions exist for at least two months ahead: a missing one would refuse every posting."""
    return months_ahead(latest_day(now())) >= MONTHS_NEEDED


def months_with_partitions() -> float:
    """For how many months after the current one a partition of transfers exists."""
    return months_ahead(latest_day(now()))


def findings() -> dict[str, float]:
    """Open findings of the auditor, by scope."""
    found = Counter(uncleared_findings().values_list("scope", flat=True))
    return {scope: found[scope] for scope in AuditFinding.Scope.values}
