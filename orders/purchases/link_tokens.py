"""The address of a payment link: a random half that is stored, and a signature that is not (`core.signed_refs`)."""

from django.conf import settings
from django.urls import reverse

from core.signed_refs import ref_in, token_for
from orders.purchases.models import PaymentLink

PURPOSE = "payment-link"


def token_of(link: PaymentLink) -> str:
    """What stands in the address."""
    return token_for(link.ref, PURPOSE)


def address_of(link: PaymentLink) -> str:
    """The whole address, as it is sent and shown as a QR code."""
    return f"{settings.ECOMNET_PUBLIC_URL}{reverse('paylinks:pay', args=[token_of(link)])}"


def link_called(token: str) -> PaymentLink | None:
    """The link of this token; None for a token that was never given, or is mistyped."""
    ref = ref_in(token, PURPOSE)
    rows = PaymentLink.objects.select_related("order__station__county", "order__villager", "made_by", "payment")
    return rows.filter(ref=ref).first() if ref else None
