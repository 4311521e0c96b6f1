"""What was too much in a drawer belongs to somebody who paid: he is owed it like any other money."""

import datetime as dt
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.errors import Refused, refuses
from core.keys.services import KeyReused
from core.money import Money
from finance.payments.models import Refund
from finance.payments.services.granting import grant_refund


class MoreThanPaid(Refused):
    """Nobody gets more back than was paid."""

    code = "more_than_paid"
    status = 422
    message = _("Only %(left)s of this payment of %(total)s is left to refund.")


@refuses(MoreThanPaid, KeyReused)
def grant_variance_refund(*, over_short: Any, at: dt.datetime) -> Refund:
    """Owe what was too much to the payer of its payment, in the caller's transaction."""
    payment = lock(over_short.owner_payment)
    before = payment.refunds.filter(reason=Refund.Reason.VARIANCE).aggregate(minor=Sum("amount_minor"))["minor"] or 0
    left = payment.total - Money(payment.refunded_minor + before, payment.currency)
    if left < over_short.left:
        raise MoreThanPaid(field="slip_no", total=payment.total.display(), left=left.display())
    return grant_refund(payment=payment, amount=over_short.left, reason=Refund.Reason.VARIANCE, at=at)
