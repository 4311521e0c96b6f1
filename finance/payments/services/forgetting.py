"""Who has paid is forgotten when the app that sold forgets its buyers; amounts, references and the books stay."""

import datetime as dt
from collections.abc import Collection

from finance.payments.models import Payment


def forget_payer_phones(*, keys: Collection[str], at: dt.datetime) -> int:
    """Blank the phone on these payments (`charges.payment_key`) that name no resident; how many had one.

    The phone of a payment that is not decided is needed, and stays.
    """
    rows = Payment.objects.filter(key__in=keys, payer=None, finished_at__isnull=False).exclude(payer_phone="")
    return rows.update(payer_phone="", updated_at=at)
