"""Looking for the end of a payment for a moment: most are decided before a client would ask again."""

import datetime as dt
from uuid import UUID

from django.db.models import QuerySet

from core.database.compiled_queries import compiled_query
from core.web.moments import moments
from finance.models import Payment

ON_ITS_WAY = frozenset({Payment.Status.HELD, Payment.Status.SUBMITTED})
#: What a company has not answered by then takes longer than a moment.
JUST_TAKEN = dt.timedelta(seconds=5)


def decided_in_a_moment(payment: Payment, *, at: dt.datetime) -> Payment:
    """A payment that was just taken, as it stands when its company has answered, or after a second and a half."""
    if payment.status not in ON_ITS_WAY or at - payment.taken_at > JUST_TAKEN:
        return payment
    for _moment in moments():
        payment = _payment.get(payment.pk)
        if payment.status not in ON_ITS_WAY:
            break
    return payment


@compiled_query
def _payment(pk: UUID) -> QuerySet[Payment]:
    return Payment.objects.select_related("station").filter(pk=pk)
