"""When a correction of two people counts: never before what it corrects."""

#: Approved corrections and the instant at which each counts: the later of its own `eligible_at` and the release of the
#: last hold on a line of its event and account that had begun by then; 'infinity' while it is open.
ADJUSTMENTS = """
SELECT adjustment.id, adjustment.account_id, adjustment.event_type, adjustment.event_id, adjustment.amount_minor,
       greatest(adjustment.eligible_at, kept.until) AS at
  FROM finance_adjustment AS adjustment
  LEFT JOIN LATERAL (
    SELECT max(coalesce(hold.released_at, 'infinity')) AS until
      FROM (SELECT hold.held_at, hold.released_at
              FROM finance_commissionline AS line JOIN finance_linehold AS hold ON hold.commission_line_id = line.id
             WHERE line.event_id = adjustment.event_id AND line.event_type = adjustment.event_type
               AND line.account_id = adjustment.account_id
            UNION ALL
            SELECT hold.held_at, hold.released_at
              FROM finance_payableline AS line JOIN finance_linehold AS hold ON hold.payable_line_id = line.id
             WHERE line.event_id = adjustment.event_id AND line.event_type = adjustment.event_type
               AND line.account_id = adjustment.account_id) AS hold
     WHERE hold.held_at <= adjustment.eligible_at
  ) AS kept ON true
 WHERE adjustment.status = 'approved'
"""
