"""What the search finds of payments: slips by the six characters printed large, payments by amount or phone."""

import datetime as dt
from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.fields import first_uuid7
from core.language import formatting
from core.web.console import MOST, Console, Finder, Hit
from finance.payments.display import kind_of
from finance.payments.models import Payment
from finance.payments.queries import CODE_LENGTH, by_amount_or_phone, receipts_with
from finance.person_page import named_in_words
from stations.accounts.models import User
from stations.people.masking import mask_name

READ = "finance.read_payment"
#: By amount or phone those of so many days are found.
RECENT = dt.timedelta(days=60)


def find_slips(*, user: User, text: str, at: dt.datetime) -> list[Hit]:
    """The payments whose slip has this number, or these six characters."""
    return [_hit(payment, number) for payment, number in _slips(user, text)]


def open_slip(text: str, user: User) -> str:
    """The page of the payment whose slip alone has these six characters; empty when none or several."""
    found = _slips(user, text) if user.is_authenticated else []
    return reverse("payments:payment", args=[found[0][0].pk]) if len(found) == 1 else ""


def find_payments(*, user: User, text: str, at: dt.datetime) -> list[Hit]:
    """Payments of the last 60 days of this amount, or of a payer whose phone ends so; the newest first."""
    recent = _shown(user).filter(by_amount_or_phone(text), our_ref__gte=first_uuid7(at - RECENT))
    return [_hit(payment) for payment in recent.order_by("-our_ref")[:MOST]]


def _slips(user: User, text: str) -> list[tuple[Payment, str]]:
    typed = text.strip().upper()
    numbers = receipts_with(typed).order_by().values("payment")
    found = _shown(user).filter(pk__in=numbers).annotate(slip=F("receipts__number")).order_by("-our_ref")
    slips = {payment.pk: (payment, payment.slip) for payment in found[: MOST * 3] if payment.slip.endswith(typed)}
    return list(slips.values())[:MOST]


def _shown(user: User) -> QuerySet[Any]:
    return Payment.objects.open_to(user, READ).select_related(
        "payer", "station", "bill__biller__category", "recharge__operator"
    )


def _hit(payment: Payment, number: str = "") -> Hit:
    payer = mask_name(payment.payer.full_name) if payment.payer else ""
    what = named_in_words(payment)
    return Hit(
        title=number[-CODE_LENGTH:] or what,
        href=reverse("payments:payment", args=[payment.pk]),
        detail=" · ".join(part for part in (what if number else "", payer, payment.station.name) if part),
        amount=payment.total,
        time=formatting.near(timezone.localtime(payment.taken_at), timezone.localtime()),
        status=kind_of(payment),
        words=payment.get_status_display(),
    )


CONSOLE = Console(
    finders=[
        Finder("slips", _("Slips"), "printer", READ, find_slips),
        Finder("payments", _("Payments"), "coins", READ, find_payments),
    ]
)
