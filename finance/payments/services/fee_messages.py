"""What the payer reads on his phone about the fee of the station, and how he says that he paid more."""

import datetime as dt

from django.conf import settings

from core.notices.services import notify
from finance.payments.models import Payment, Receipt


def tell_payer_of_fee(*, payment: Payment, receipt: Receipt, at: dt.datetime) -> None:
    """Where the station charged a fee, its amount goes to the payer's phone; replying 1 says that he paid more."""
    if not payment.payer_phone or not payment.agent_fee:
        return
    language = payment.payer.language if payment.payer else settings.LANGUAGE_CODE
    notify(
        template="paid_with_fee",
        params={
            "total": payment.total.display(language),
            "fee": payment.agent_fee.display(language),
            "number": receipt.number[-6:],
        },
        language=language,
        phone=str(payment.payer_phone),
        dedupe_key=f"paid_with_fee:{payment.pk}",
        at=at,
        zone=payment.station.zone,
    )
