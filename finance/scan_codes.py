"""Codes that finance knows: the number, the large characters or the picture of a slip, the reference of a payment."""

import re
from uuid import UUID

from django.urls import reverse

from finance.payment_search import open_slip
from finance.payments.models import Payment, Receipt
from stations.accounts.models import User

READ = "finance.read_payment"
LARGE_CHARACTERS = re.compile(r"[0-9A-Z]{6}")
SLIP = re.compile(r"[0-9]{6}-[0-9]{4}-[0-9]{6}-[0-9A-Z]{4,10}")
VERIFY = re.compile(r"[A-Za-z0-9_-]{16,32}")


def address_of(code: str, user: User) -> str:
    """The payment behind a slip or a reference, for those who may read it; the public page of a slip for others."""
    if SLIP.fullmatch(code.upper()):
        return _of_slip(code.upper(), user)
    if LARGE_CHARACTERS.fullmatch(code.upper()) and (page := open_slip(code, user)):
        return page
    if (reference := _uuid(code)) is not None:
        reached = Payment.objects.open_to(user, READ) if user.is_authenticated else Payment.objects.none()
        return reverse("payments:payment", args=[reference]) if reached.filter(pk=reference).exists() else ""
    if VERIFY.fullmatch(code) and Receipt.objects.filter(verify_code=code).exists():
        return reverse("slips:verify", args=[code])
    return ""


def _of_slip(number: str, user: User) -> str:
    if not user.is_authenticated:
        return ""
    payment = Payment.objects.open_to(user, READ).filter(receipts__number=number).first()
    return reverse("payments:payment", args=[payment.pk]) if payment else ""


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
