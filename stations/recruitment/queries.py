"""Who stands behind a sale: the contracts in force at a station."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from stations.recruitment.models import Contract


@dataclass(frozen=True, slots=True)
class Terms:
    """The contracts in force when somebody acts at a station. `helper_share_bp` only when a helper acts."""

    partner: UUID | None
    commission_plan_code: str
    helper_share_bp: int | None


def terms_at(station: Any, *, acted_by: Any) -> Terms:
    """The partner's contract, and the actor's own when he is a helper there; one query."""
    partner = helper = None
    for contract in Contract.objects.running().filter(station=station):
        if contract.kind == Contract.Kind.PARTNER:
            partner = contract
        elif contract.user_id == acted_by.pk:
            helper = contract
    return Terms(
        partner=partner.user_id if partner else None,
        commission_plan_code=partner.commission_plan_code if partner else "",
        helper_share_bp=helper.helper_share_bp if helper and partner else None,
    )
