"""What two sides see differently, noted once."""

import datetime as dt
from typing import Any

from finance.recon.models import ReconItem


def open_recon_item(
    *,
    kind: str,
    dedupe_key: str,
    provider_id: int | None,
    our_ref: str,
    currency: str,
    detail: dict[str, Any],
    at: dt.datetime,
    payment: Any = None,
    amount_diff_minor: int = 0,
) -> None:
    """Note that two sides see something differently; the same thing again adds nothing."""
    ReconItem.objects.bulk_create(
        [
            ReconItem(
                kind=kind,
                dedupe_key=dedupe_key[:160],
                provider_id=provider_id,
                payment=payment,
                our_ref=our_ref[:64],
                amount_diff_minor=amount_diff_minor,
                currency=currency,
                detail=detail,
                opened_at=at,
            )
        ],
        ignore_conflicts=True,
    )
