"""The address of a payment link: 48 random bits that are stored, and a signature of 64 bits that is not.

Whoever reads the database can therefore open no link, and whoever guesses must guess both. Short, for an SMS.
"""

import base64
import hmac
import re

from django.conf import settings
from django.urls import reverse

from core.crypto import blind_index, index_under
from orders.purchases.models import PaymentLink

#: The number of the key, and 64 bits of the HMAC under the key of the blind index.
SIGNATURE_BYTES = 9
REF_LENGTH = 8
TOKEN = re.compile(r"[A-Za-z0-9_-]{20}")


def token_of(link: PaymentLink) -> str:
    """What stands in the address."""
    signature = blind_index(_said(link.ref))[:SIGNATURE_BYTES]
    return link.ref + base64.urlsafe_b64encode(signature).decode()


def address_of(link: PaymentLink) -> str:
    """The whole address, as it is sent and shown as a QR code."""
    return f"{settings.ECOMNET_PUBLIC_URL}{reverse('paylinks:pay', args=[token_of(link)])}"


def link_called(token: str) -> PaymentLink | None:
    """The link of this token; None for a token that was never given, or is mistyped."""
    if not TOKEN.fullmatch(token) or not _is_signed(token[:REF_LENGTH], base64.urlsafe_b64decode(token[REF_LENGTH:])):
        return None
    rows = PaymentLink.objects.select_related("order__station__county", "order__villager", "made_by", "payment")
    return rows.filter(ref=token[:REF_LENGTH]).first()


def _is_signed(ref: str, signature: bytes) -> bool:
    try:
        expected = index_under(signature, _said(ref))
    except KeyError:  # a key that is gone, or never was
        return False
    return hmac.compare_digest(expected[:SIGNATURE_BYTES], signature)


def _said(ref: str) -> str:
    return f"payment-link:{ref}"
