"""What the verbs of payment links share with those of orders: ending a link, waiting for money, telling the payer."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.database.compiled_queries import compiled_query
from core.database.db import lock
from core.errors import Refused, refuses
from core.history import record_change
from core.notices.services import notify
from finance.payments.models import Refund
from orders.purchases.models import Order, PaymentLink
from orders.purchases.services.steps import in_words
from stations.accounts.models import User

#: So long after a link has expired the order still waits for a payment of which nobody knows the end.
WAIT_FOR_WORD = dt.timedelta(hours=24)


class PayerIsPaying(Refused):
    """Somebody has opened the link and begun to pay: nobody else pays, or changes anything, until that is decided."""

    code = "payer_is_paying"
    message = _("Someone is paying this by link just now. Wait until that is decided.")


def open_link(order: Order) -> PaymentLink | None:
    """The link of an order that can still be paid, held; the caller holds the order."""
    found = _open_link.first(order.pk)
    return held_link(found) if found else None


@compiled_query
def _open_link(order: Any) -> QuerySet[PaymentLink]:
    return PaymentLink.objects.filter(order=order, status=PaymentLink.Status.OPEN)


def held_link(link: PaymentLink) -> PaymentLink:
    """The link's row, held, with its newest attempt; the caller holds the order."""
    lock(link)
    return PaymentLink.objects.select_related("payment", "made_by").get(pk=link.pk)


@refuses(PayerIsPaying)
def drop_link(order: Order, *, by: User | None, at: dt.datetime) -> None:
    """End an open link, since the money comes another way. Refused: `payer_is_paying`."""
    link = open_link(order)
    if link is None:
        return
    if link.is_being_paid:
        raise PayerIsPaying
    end_link(link, PaymentLink.Status.CANCELLED, at=at, by=by)


def void_link(order: Order, *, by: User | None, at: dt.datetime) -> None:
    """End an open link with its order; what is paid by it all the same goes back."""
    link = open_link(order)
    if link is not None:
        end_link(link, PaymentLink.Status.CANCELLED, at=at, by=by)


def end_link(link: PaymentLink, status: str, *, at: dt.datetime, by: User | None = None) -> PaymentLink:
    """Store a link in its last state, with a trace."""
    before, link.status, link.ended_at = link.status, status, at
    link.save(update_fields=["status", "ended_at", "updated_at"])
    record_change(link, old=before, new=status, at=at, actor=by.pk if by else None)
    return link


def word_expected_until(order: Order, *, at: dt.datetime) -> dt.datetime | None:
    """Until when the order waits for a payment that was begun and is not decided; None where none is."""
    link = open_link(order)
    if link is None or not link.is_being_paid:
        return None
    until = link.expires_at + WAIT_FOR_WORD
    return until if at < until else None


def tell_payer(
    link: PaymentLink, template: str, params: dict[str, Any], *, at: dt.datetime, turn: UUID | None = None
) -> None:
    """A message to the phone that the link was sent to, where there is one; `turn` tells two of a kind apart."""
    if not link.phone:
        return
    order = link.order
    language = order.villager.language if order.villager else link.made_by.language
    notify(
        template=template,
        params=in_words({"station": order.station.name, "number": order.number[-5:], **params}, language),
        language=language,
        phone=str(link.phone),
        dedupe_key=f"{template}:{link.pk}:{turn}" if turn else f"{template}:{link.pk}",
        at=at,
        zone=order.station.zone,
    )


def tell_payer_of_refund(refund: Refund, *, at: dt.datetime) -> None:
    """Whoever paid by link hears what of it goes back to their account; nobody fetches it at the station."""
    if refund.source != Refund.Source.ONLINE:
        return
    rows = PaymentLink.objects.select_related("order__station", "order__villager", "made_by")
    link = rows.filter(payment=refund.payment_id).first()
    if link is not None:
        tell_payer(link, "payment_link_refunded", {"amount": refund.amount}, at=at, turn=refund.pk)


def tell_payer_of_collection(order: Order, *, at: dt.datetime) -> None:
    """Whoever paid by link hears that the goods were handed over."""
    for link in order.links.filter(status=PaymentLink.Status.PAID).exclude(phone=""):
        tell_payer(link, "payment_link_collected", {}, at=at)
