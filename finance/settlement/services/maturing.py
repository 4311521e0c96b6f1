"""What becomes somebody's on a day: sums by set, in chunks, without touching a line.

A line matures on the later of its `eligible_at` and the release of its last hold; what corrects a line waits for the
holds of that line too, whenever either was written. `eligible_at` is never before the line was written, and a day is
settled hours after its end, so what matures in it is fixed by then: a settlement that is cut off, repeated or late
finds the same lines.
"""

import datetime as dt

from django.db import connection, transaction
from django.db.models import QuerySet

from finance.settlement.models import DayClose, SettleChunk

CHUNK = 2_000

_PLAN = """
INSERT INTO finance_settlechunk (county_id, business_date, from_payee, to_payee)
SELECT %(county)s, %(date)s, min(account_id), max(account_id)
  FROM (SELECT account_id, (row_number() OVER (ORDER BY account_id) - 1) / %(chunk)s AS number
          FROM finance_payeeaccount WHERE county_id = %(county)s) AS payee
 GROUP BY number
    ON CONFLICT DO NOTHING
"""

# The range stands at the lines, too, so that the index of accounts and instants is read in one go where it is dense.
# Lines by their own instant, less those that a hold keeps beyond it, and those whose last hold ended on this day. What
# corrects a held line needs no hold of its own: one that was made beside the hold would have escaped it.
_MATURE = """
WITH payee AS MATERIALIZED (
    SELECT account_id FROM finance_payeeaccount
     WHERE county_id = %(county)s AND account_id BETWEEN %(first)s AND %(last)s
), kept AS MATERIALIZED (
    SELECT hold.commission_line_id, hold.payable_line_id, max(coalesce(hold.released_at, 'infinity')) AS until
      FROM finance_linehold AS hold
     WHERE hold.released_at IS NULL OR hold.released_at > %(from_at)s
     GROUP BY hold.commission_line_id, hold.payable_line_id
), kept_with AS MATERIALIZED (
    SELECT commission_line_id AS commission_id, payable_line_id AS payable_id, until FROM kept
    UNION ALL
    SELECT correction.id, NULL, kept.until
      FROM kept JOIN finance_commissionline AS correction ON correction.reverses_id = kept.commission_line_id
    UNION ALL
    SELECT NULL, correction.id, kept.until
      FROM kept JOIN finance_payableline AS correction ON correction.reverses_id = kept.payable_line_id
), held AS MATERIALIZED (
    SELECT line.account_id, line.amount_minor, line.reverses_id, line.eligible_at, max(kept.until) AS until
      FROM kept_with AS kept JOIN finance_commissionline AS line ON line.id = kept.commission_id
     GROUP BY line.id HAVING max(kept.until) > line.eligible_at
    UNION ALL
    SELECT line.account_id, line.amount_minor, line.reverses_id, line.eligible_at, max(kept.until)
      FROM kept_with AS kept JOIN finance_payableline AS line ON line.id = kept.payable_id
     GROUP BY line.id HAVING max(kept.until) > line.eligible_at
), moved AS (
    SELECT line.account_id, line.amount_minor, line.reverses_id
      FROM payee JOIN finance_commissionline AS line ON line.account_id = payee.account_id
     WHERE line.account_id BETWEEN %(first)s AND %(last)s
       AND line.eligible_at > %(from_at)s AND line.eligible_at <= %(to_at)s
    UNION ALL
    SELECT line.account_id, line.amount_minor, line.reverses_id
      FROM payee JOIN finance_payableline AS line ON line.account_id = payee.account_id
     WHERE line.account_id BETWEEN %(first)s AND %(last)s
       AND line.eligible_at > %(from_at)s AND line.eligible_at <= %(to_at)s
    UNION ALL
    SELECT held.account_id, -held.amount_minor, held.reverses_id
      FROM payee JOIN held ON held.account_id = payee.account_id
     WHERE held.eligible_at > %(from_at)s AND held.eligible_at <= %(to_at)s
    UNION ALL
    SELECT held.account_id, held.amount_minor, held.reverses_id
      FROM payee JOIN held ON held.account_id = payee.account_id
     WHERE held.until > %(from_at)s AND held.until <= %(to_at)s
)
INSERT INTO finance_payeeday (account_id, business_date, matured_minor, reversed_minor)
SELECT account_id, %(date)s, coalesce(sum(amount_minor) FILTER (WHERE reverses_id IS NULL), 0),
       coalesce(sum(amount_minor) FILTER (WHERE reverses_id IS NOT NULL), 0)
  FROM moved GROUP BY account_id
HAVING coalesce(sum(amount_minor) FILTER (WHERE reverses_id IS NULL), 0) <> 0
    OR coalesce(sum(amount_minor) FILTER (WHERE reverses_id IS NOT NULL), 0) <> 0
    ON CONFLICT (account_id, business_date) DO NOTHING
"""


def plan_chunks(close: DayClose) -> None:
    """Cut the county's payees into chunks, once; planned again nothing changes."""
    if SettleChunk.objects.filter(county=close.county_id, business_date=close.business_date).exists():
        return
    with connection.cursor() as cursor:
        cursor.execute(_PLAN, {"county": close.county_id, "date": close.business_date, "chunk": CHUNK})


@transaction.atomic
def mature_lines(*, close: DayClose, at: dt.datetime) -> bool:
    """Settle one chunk of a county's day that nobody else has in hand; False when there is none.

    Chunk and sums commit together: after any death it is done whole or not at all.
    """
    chunk = _undone(close).order_by("from_payee").select_for_update(skip_locked=True, no_key=True).first()
    if chunk is None:
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            _MATURE,
            {
                "county": close.county_id,
                "date": close.business_date,
                "first": chunk.from_payee,
                "last": chunk.to_payee,
                "from_at": close.from_at or dt.datetime.min.replace(tzinfo=dt.UTC),
                "to_at": close.to_at,
            },
        )
    chunk.done_at = at
    chunk.save(update_fields=["done_at"])
    return True


def is_matured(close: DayClose) -> bool:
    """Whether every chunk of the day is done, by whomever."""
    return not _undone(close).exists()


def _undone(close: DayClose) -> QuerySet[SettleChunk]:
    return SettleChunk.objects.filter(county=close.county_id, business_date=close.business_date, done_at=None)
