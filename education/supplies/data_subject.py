"""What campaigns of school kits hold of a child."""

from typing import Any

from education.supplies.models import Handover, KitEntitlement
from stations.people.models import Person

PROPOSED = ("campaign__name", "status", "proposed_at", "decided_at", "reason")
HANDED_OVER = ("campaign__name", "kit__serial", "proof", "station__name", "at", "returned_at", "reason")


def kit_entitlements(person: Person) -> list[dict[str, Any]]:
    """For which kits the child was proposed, and what was decided."""
    return list(KitEntitlement.objects.filter(child=person).order_by("pk").values(*PROPOSED))


def kit_handovers(person: Person) -> list[dict[str, Any]]:
    """The kits that the child was handed."""
    return list(Handover.objects.filter(child=person).order_by("pk").values(*HANDED_OVER))
