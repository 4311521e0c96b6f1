"""What returns hear of their money, replacements and parcels; a second delivery of an event changes nothing."""

import datetime as dt

from core.events.models import Event
from orders.returns import services
from orders.returns.models import Return


def close_paid(event: Event) -> None:
    """A refund was handed back; if a return caused it, that may be closed."""
    found = Return.objects.filter(refunds__refund=event.payload["refund"]).select_related("order").first()
    if found is not None:
        services.close_return(goods_return=found, at=_at(event))


def settle_replacement(event: Event) -> None:
    """Goods that replace others were handed over, or never will be."""
    found = Return.objects.select_related("order").get(pk=event.payload["goods_return"])
    services.note_replacement_moved(goods_return=found, at=_at(event))


def note_left(event: Event) -> None:
    """A van has taken goods along that come back."""
    if (found := _of_parcel(event)) is not None:
        services.note_left(goods_return=found, at=_at(event))


def note_received(event: Event) -> None:
    """They are where they came from."""
    if (found := _of_parcel(event)) is not None:
        services.note_received(goods_return=found, at=_at(event))


def note_lost(event: Event) -> None:
    """Nobody has them any more."""
    if (found := _of_parcel(event)) is not None:
        services.note_parcel_lost(goods_return=found, at=_at(event))


def _of_parcel(event: Event) -> Return | None:
    """The return whose goods are in this parcel."""
    ref = event.payload.get("contents_ref")
    return Return.objects.select_related("order").filter(pk=ref).first() if ref else None


def _at(event: Event) -> dt.datetime:
    return dt.datetime.fromisoformat(event.payload["at"])
