"""Risk rows: what stood out in the last thirty days, nightly, for finance to look at; never a punishment by machine."""

import datetime as dt
import uuid
from typing import Any

from django.db import connection, transaction

#: The days that are looked at, and from what on something stands out.
WINDOW = dt.timedelta(days=30)
OWN_BILLS = 5
REVERSALS_OF, REVERSED_BP = 20, 1_000
WITNESSED = 5

_INTO = """
INSERT INTO finance_riskrow (date, kind, station_id, subject, figures, created_at, updated_at)
"""

# Commission churned on own bills: the one who took the money belongs to the household that paid.
_OWN_BILLS = """
SELECT %(date)s, 'own_bills', payment.station_id, payment.taken_by_id::text,
       jsonb_build_object('payments', count(*), 'minor', sum(payment.amount_minor), 'currency', min(payment.currency)),
       now(), now()
  FROM finance_payment AS payment
  JOIN stations_user AS taker ON taker.id = payment.taken_by_id
  JOIN stations_person AS own ON own.id = taker.person_id
  JOIN stations_person AS payer ON payer.id = payment.payer_id
 WHERE payment.our_ref >= %(from_ref)s AND payment.taken_at >= %(since)s
   AND payment.status IN ('succeeded', 'partially_refunded')
   AND (payer.id = own.id OR payer.household_id = own.household_id)
 GROUP BY payment.station_id, payment.taken_by_id HAVING count(*) >= %(own_bills)s
    ON CONFLICT (date, kind, subject) DO NOTHING
"""

_REVERSALS = """
SELECT %(date)s, 'reversals', payment.station_id, station.code,
       jsonb_build_object('payments', count(*), 'reversed', count(*) FILTER (WHERE payment.status = 'reversed'),
                          'share_bp', count(*) FILTER (WHERE payment.status = 'reversed') * 10000 / count(*)),
       now(), now()
  FROM finance_payment AS payment JOIN stations_station AS station ON station.id = payment.station_id
 WHERE payment.our_ref >= %(from_ref)s AND payment.taken_at >= %(since)s AND payment.finished_at IS NOT NULL
 GROUP BY payment.station_id, station.code
HAVING count(*) >= %(reversals_of)s
   AND count(*) FILTER (WHERE payment.status = 'reversed') * 10000 >= count(*) * %(reversed_bp)s
    ON CONFLICT (date, kind, subject) DO NOTHING
"""

_WITNESSES = """
SELECT %(date)s, 'witness', min(refund.paid_at_station_id), refund.witnessed_by_id::text,
       jsonb_build_object('hand_backs', count(*), 'minor', sum(refund.amount_minor), 'currency', min(refund.currency),
                          'paid_by', count(DISTINCT refund.paid_by_id)),
       now(), now()
  FROM finance_refund AS refund
 WHERE refund.status = 'paid_out' AND refund.paid_at >= %(since)s AND refund.witnessed_by_id IS NOT NULL
 GROUP BY refund.witnessed_by_id HAVING count(*) >= %(witnessed)s
    ON CONFLICT (date, kind, subject) DO NOTHING
"""


@transaction.atomic
def find_risks(*, date: dt.date, at: dt.datetime) -> int:
    """The rows of this night; how many are new. The same night again adds nothing."""
    known: dict[str, Any] = {
        "date": date,
        "since": at - WINDOW,
        "from_ref": _first_reference(at - WINDOW),
        "own_bills": OWN_BILLS,
        "reversals_of": REVERSALS_OF,
        "reversed_bp": REVERSED_BP,
        "witnessed": WITNESSED,
    }
    count = 0
    with connection.cursor() as cursor:
        for question in (_OWN_BILLS, _REVERSALS, _WITNESSES):
            cursor.execute(_INTO + question, known)
            count += cursor.rowcount
    return count


def _first_reference(since: dt.datetime) -> uuid.UUID:
    """The lowest version 7 identifier of an instant: references are made when money is taken, in the order of time."""
    return uuid.UUID(int=int(since.timestamp() * 1000) << 80)
