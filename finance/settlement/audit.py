"""What the auditor proves about money at the counter, from the rows alone: its own SQL, no code of the services.

`ecomnet/wiring.py` adds these to the checks of the ledger (docs/money.md). A row about a station's money concerns its
county, a row about a payee's account that payee.
"""

from typing import Any

from ledger.audit import Check, by_account
from ledger.models import AuditFinding, Book

#: Kinds whose code names a station after the colon.
OF_STATIONS = frozenset({"till", "cash_in_transit", "float", "customer_funds"})
COUNTY_DIGITS = 6

# A payment's total is set aside, and it is decided exactly when its hold has ended: voided when it failed, posted
# otherwise; and where a provider was instructed there is a hold.
_HOLDS_END_WITH_PAYMENTS = """
WITH held AS (
    SELECT payment.our_ref, payment.status, payment.finished_at IS NOT NULL AS is_decided, payment.hold_transfer_id,
           station.code AS station, hold.book_id, ending.kind AS ended_as,
           hold.amount <> payment.total_minor OR hold.currency <> payment.currency AS is_of_another_sum
      FROM finance_payment AS payment
      JOIN stations_station AS station ON station.id = payment.station_id
      LEFT JOIN ledger_transferkey AS hold_key ON hold_key.id = payment.hold_transfer_id
      LEFT JOIN ledger_transfer AS hold ON hold.id = hold_key.id AND hold.recorded_at = hold_key.recorded_at
      LEFT JOIN ledger_transferkey AS end_key ON end_key.pending_id = hold_key.id
      LEFT JOIN ledger_transfer AS ending ON ending.id = end_key.id AND ending.recorded_at = end_key.recorded_at
)
SELECT our_ref::text AS payment, status, coalesce(ended_as, 'pending') AS hold, is_of_another_sum, station,
       'customer_funds' AS kind, 'customer_funds:' || station AS account
  FROM held
 WHERE (book_id = %(book)s AND (is_of_another_sum OR ended_as IS DISTINCT FROM
           CASE WHEN NOT is_decided THEN NULL WHEN status = 'failed' THEN 'void' ELSE 'post' END))
    OR (hold_transfer_id IS NULL AND EXISTS (
           SELECT FROM core_instruction WHERE core_instruction.our_ref = held.our_ref AND kind <> 'collection'))
 ORDER BY 1
"""

# Of every payment whatever went into clearing went out again; what a gateway collected it owes us until the bank line.
_CLEARING_IS_NOUGHT = """
WITH moved AS (
    SELECT transfer.event_id, max(CASE WHEN credit.kind = 'clearing' THEN credit.code ELSE debit.code END) AS account,
           sum(CASE WHEN credit.kind = 'clearing' THEN transfer.amount ELSE 0 END
               - CASE WHEN debit.kind = 'clearing' THEN transfer.amount ELSE 0 END)::bigint AS minor
      FROM ledger_transfer AS transfer
      JOIN ledger_account AS debit ON debit.id = transfer.debit_id
      JOIN ledger_account AS credit ON credit.id = transfer.credit_id
     WHERE transfer.book_id = %(book)s AND transfer.kind IN ('posted', 'post')
       AND transfer.event_type IN (
           'payment_taken', 'payment_succeeded', 'payment_failed', 'payment_reversed', 'payment_refunded')
       AND 'clearing' IN (debit.kind, credit.kind)
     GROUP BY transfer.event_id
)
SELECT moved.event_id AS payment, moved.account, 'clearing' AS kind, moved.minor, station.code AS station
  FROM moved
  LEFT JOIN finance_payment AS payment ON payment.our_ref::text = moved.event_id
  LEFT JOIN stations_station AS station ON station.id = payment.station_id
 WHERE moved.minor <> 0 AND payment.method IS DISTINCT FROM 'online'
 ORDER BY 1
"""

# What a company's clearing holds: a gateway owes us what it collected less what it has given back and what the bank has
# moved; of the one who executes, all that went in went out again.
_CLEARING_IS_WHAT_THEY_OWE = """
WITH queued AS (
    SELECT account_id, sum(CASE side WHEN 'credit' THEN posted_delta ELSE -posted_delta END) AS minor
      FROM ledger_queuedentry GROUP BY account_id
), account AS (
    SELECT account.id, account.code, account.currency, provider.id AS provider_id,
           account.credits_posted - account.debits_posted + coalesce(queued.minor, 0) AS held
      FROM ledger_account AS account
      JOIN core_provider AS provider ON account.code = 'clearing:' || provider.code
      LEFT JOIN queued ON queued.account_id = account.id
     WHERE account.book_id = %(book)s AND account.kind = 'clearing' AND account.closed_at IS NULL
), collected AS (
    SELECT ordered.provider_id, payment.currency, payment.our_ref, -payment.total_minor AS minor
      FROM finance_payment AS payment JOIN core_instruction AS ordered ON ordered.our_ref = payment.our_ref
     WHERE payment.method = 'online' AND payment.status IN ('succeeded', 'partially_refunded', 'refunded')
), explained AS (
    SELECT account.id, collected.minor FROM account JOIN collected USING (provider_id, currency)
    UNION ALL
    SELECT account.id, refund.amount_minor
      FROM account JOIN collected USING (provider_id, currency)
      JOIN finance_refund AS refund ON refund.payment_id = collected.our_ref
     WHERE refund.source = 'online' AND refund.status = 'succeeded'
    UNION ALL
    SELECT account.id, moved.amount_minor * CASE line.direction WHEN 'in' THEN 1 ELSE -1 END
      FROM account JOIN finance_bankexplanation AS moved ON moved.account_id = account.id
      JOIN finance_bankstatementline AS line ON line.id = moved.line_id
    UNION ALL
    SELECT account.id, transfer.amount * CASE transfer.credit_id WHEN account.id THEN 1 ELSE -1 END
      FROM finance_reconitem AS item
      JOIN ledger_transferkey AS key ON key.id = item.transfer_id
      JOIN ledger_transfer AS transfer ON transfer.id = key.id AND transfer.recorded_at = key.recorded_at
      JOIN account ON account.id IN (transfer.debit_id, transfer.credit_id)
)
SELECT account.code AS account, 'clearing' AS kind, account.held::bigint AS held,
       coalesce(sum(explained.minor), 0)::bigint AS explained
  FROM account LEFT JOIN explained ON explained.id = account.id
 GROUP BY account.id, account.code, account.held
HAVING account.held <> coalesce(sum(explained.minor), 0)
 ORDER BY account.code
"""

# What a payee's account holds is its lines and corrections, less what was charged, withheld and paid out.
_PAYEES_ARE_THEIR_LINES = """
WITH lines AS (
    SELECT account_id, amount_minor FROM finance_commissionline
    UNION ALL
    SELECT account_id, amount_minor FROM finance_payableline
    UNION ALL
    SELECT account_id, amount_minor FROM finance_adjustment WHERE status = 'approved'
    UNION ALL
    SELECT account_id, amount_minor FROM finance_overshortmove WHERE kind IN ('charged', 'charge_reversed')
    UNION ALL
    SELECT account_id, -tax_minor FROM finance_statement WHERE status <> 'calculated'
    UNION ALL
    SELECT account_id, -amount_minor FROM finance_payoutline WHERE status = 'paid'
), sums AS (
    SELECT account_id, sum(amount_minor)::bigint AS minor FROM lines GROUP BY account_id
)
SELECT account.code AS account, account.kind, account.credits_posted - account.debits_posted AS held,
       coalesce(sums.minor, 0) AS lines
  FROM ledger_account AS account LEFT JOIN sums ON sums.account_id = account.id
 WHERE account.book_id = %(book)s AND account.kind IN ('commission', 'supplier', 'farmer', 'carrier')
   AND account.credits_posted - account.debits_posted <> coalesce(sums.minor, 0)
 ORDER BY account.id
"""

# Villagers' money at a station: what waits for a provider, and what is owed back.
_CUSTOMER_FUNDS_ARE_EXPLAINED = """
WITH waiting AS (
    SELECT payment.station_id, payment.currency, payment.total_minor AS minor
      FROM finance_payment AS payment
     WHERE payment.funding <> 'float' AND payment.hold_transfer_id IS NOT NULL
       AND NOT EXISTS (SELECT FROM ledger_transferkey AS ending WHERE ending.pending_id = payment.hold_transfer_id)
    UNION ALL
    SELECT station_id, currency, amount_minor FROM finance_refund
     WHERE status IN ('granted', 'ready_for_cash', 'locked', 'pending', 'failed')
    UNION ALL
    -- Taken for a subject that no provider executes: it lies here until the subject's own app passes it on.
    SELECT station_id, currency, total_minor - refunded_minor FROM finance_payment
     WHERE hold_transfer_id IS NULL AND status IN ('succeeded', 'partially_refunded') AND NOT EXISTS (
               SELECT FROM core_instruction WHERE our_ref = finance_payment.our_ref AND kind <> 'collection')
    UNION ALL
    -- What that app has passed on to those who earned it.
    SELECT station.id, line.currency, -line.amount_minor
      FROM (SELECT source_id, currency, amount_minor FROM finance_payableline
             UNION ALL
            SELECT source_id, currency, amount_minor FROM finance_commissionline) AS line
      JOIN ledger_account AS source ON source.id = line.source_id AND source.kind = 'customer_funds'
      JOIN stations_station AS station ON source.code = 'customer_funds:' || station.code
    UNION ALL
    -- What the platform has kept of it, or put in, what counties bear, and what an app has passed on for goods that
    -- are delivered.
    SELECT station.id, funds.currency,
           CASE funds.id WHEN transfer.credit_id THEN transfer.amount ELSE -transfer.amount END
      FROM ledger_transfer AS transfer
      JOIN ledger_account AS funds
        ON funds.id IN (transfer.debit_id, transfer.credit_id) AND funds.kind = 'customer_funds'
      JOIN stations_station AS station ON funds.code = 'customer_funds:' || station.code
     WHERE transfer.book_id = %(book)s
       AND transfer.event_type IN (
               'platform_kept', 'platform_put_in', 'platform_took_back', 'county_put_in', 'county_took_back',
               'funds_passed_on', 'funds_taken_back')
), sums AS (
    SELECT station.code, waiting.currency, sum(waiting.minor)::bigint AS minor
      FROM waiting JOIN stations_station AS station ON station.id = waiting.station_id
     GROUP BY station.code, waiting.currency
), funds AS (
    SELECT code, currency, sum(credits_posted - debits_posted)::bigint AS minor FROM ledger_account
     WHERE book_id = %(book)s AND kind = 'customer_funds' GROUP BY code, currency
)
SELECT coalesce(funds.code, 'customer_funds:' || sums.code) AS account, 'customer_funds' AS kind,
       coalesce(funds.minor, 0) AS held, coalesce(sums.minor, 0) AS explained
  FROM funds
  FULL JOIN sums ON funds.code = 'customer_funds:' || sums.code AND funds.currency = sums.currency
 WHERE coalesce(funds.minor, 0) <> coalesce(sums.minor, 0)
   AND (funds.code IS NOT NULL OR sums.code IN (
           SELECT station.code FROM stations_station AS station
             JOIN stations_division AS county ON county.id = station.county_id
             JOIN ledger_book AS book ON book.code = county.country AND book.id = %(book)s))
 ORDER BY 1
"""

# A drawer holds what was counted at its last close, and what moved since that count became what the books say.
_TILLS_ARE_COUNTED = """
WITH closed AS (
    SELECT DISTINCT ON (day.station_id, day.currency)
           station.code, day.currency, tally.total_minor, day.settled_version
      FROM finance_cashday AS day
      JOIN stations_station AS station ON station.id = day.station_id
      JOIN finance_cashcount AS tally ON tally.cash_day_id = day.id AND NOT tally.is_opening
     WHERE day.status = 'closed'
     ORDER BY day.station_id, day.currency, day.business_date DESC, tally.id DESC
), since AS (
    SELECT account.id, account.code, account.debits_posted - account.credits_posted AS held,
           closed.total_minor, coalesce(sum(
               CASE entry.side WHEN 'debit' THEN entry.posted_delta ELSE -entry.posted_delta END), 0)::bigint AS moved
      FROM ledger_account AS account
      JOIN closed ON account.code = 'till:' || closed.code AND account.currency = closed.currency
      LEFT JOIN ledger_entry AS entry ON entry.account_id = account.id AND entry.version > closed.settled_version
     WHERE account.book_id = %(book)s AND account.kind = 'till' AND account.closed_at IS NULL
     GROUP BY account.id, closed.total_minor
)
SELECT code AS account, 'till' AS kind, held, total_minor AS counted, moved FROM since
 WHERE held <> total_minor + moved
 ORDER BY code
"""

# An account of differences holds what its differences and losses have posted, and each row what is left of it.
_DIFFERENCES_ARE_EXPLAINED = """
WITH moved AS (
    SELECT over_short_account_id AS account_id, sum(amount_minor)::bigint AS minor
      FROM finance_overshortmove GROUP BY over_short_account_id
), standing AS (
    SELECT account_id, sum(minor)::bigint AS minor FROM (
        SELECT account_id, late_minor - amount_minor AS minor FROM finance_overshort
         WHERE status IN ('open', 'explained', 'charge_proposed', 'disputed')
        UNION ALL
        SELECT account_id, amount_minor - insured_minor FROM finance_losscase WHERE status = 'open'
    ) AS rows GROUP BY account_id
)
SELECT account.code AS account, account.kind, account.debits_posted - account.credits_posted AS held,
       coalesce(moved.minor, 0) AS moved, coalesce(standing.minor, 0) AS standing,
       CASE WHEN account.holder IS NULL THEN split_part(account.code, ':', 2) END AS station
  FROM ledger_account AS account
  LEFT JOIN moved ON moved.account_id = account.id
  LEFT JOIN standing ON standing.account_id = account.id
 WHERE account.book_id = %(book)s AND account.kind = 'over_short'
   AND (account.debits_posted - account.credits_posted <> coalesce(moved.minor, 0)
        OR account.debits_posted - account.credits_posted <> coalesce(standing.minor, 0))
 ORDER BY account.id
"""

# What is on its way from and to a station is the sum of its remittances under way.
_CASH_IN_TRANSIT_IS_ON_ITS_WAY = """
WITH under_way AS (
    SELECT station.code, remittance.currency, sum(remittance.amount_minor)::bigint AS minor
      FROM finance_remittance AS remittance JOIN stations_station AS station ON station.id = remittance.station_id
     WHERE remittance.status = 'in_transit' GROUP BY station.code, remittance.currency
)
SELECT account.code AS account, account.kind, account.debits_posted - account.credits_posted AS held,
       coalesce(under_way.minor, 0) AS under_way
  FROM ledger_account AS account
  LEFT JOIN under_way ON account.code = 'cash_in_transit:' || under_way.code AND account.currency = under_way.currency
 WHERE account.book_id = %(book)s AND account.kind = 'cash_in_transit'
   AND account.debits_posted - account.credits_posted <> coalesce(under_way.minor, 0)
 ORDER BY account.id
"""

# What lies on suspense is what nobody has explained of the lines of that bank account.
_SUSPENSE_IS_UNEXPLAINED = """
WITH lines AS (
    SELECT country, bank_account, currency,
           sum((amount_minor - explained_minor) * CASE direction WHEN 'in' THEN 1 ELSE -1 END)::bigint AS minor
      FROM finance_bankstatementline GROUP BY country, bank_account, currency
), queued AS (
    SELECT account_id, coalesce(sum(CASE side WHEN 'credit' THEN posted_delta ELSE -posted_delta END), 0) AS minor
      FROM ledger_queuedentry GROUP BY account_id
)
SELECT account.code AS account, account.kind,
       (account.credits_posted - account.debits_posted + coalesce(queued.minor, 0))::bigint AS held,
       coalesce(lines.minor, 0) AS unexplained
  FROM ledger_account AS account
  JOIN ledger_book AS book ON book.id = account.book_id
  LEFT JOIN queued ON queued.account_id = account.id
  LEFT JOIN lines ON account.code = 'suspense:' || lines.bank_account AND account.currency = lines.currency
   AND lines.country = book.country
 WHERE account.book_id = %(book)s AND account.kind = 'suspense'
   AND account.credits_posted - account.debits_posted + coalesce(queued.minor, 0) <> coalesce(lines.minor, 0)
 ORDER BY account.id
"""

CHECKS: list[Check] = [
    by_account("finance.holds_end_with_payments", _HOLDS_END_WITH_PAYMENTS),
    by_account("finance.clearing_is_nought", _CLEARING_IS_NOUGHT),
    by_account("finance.clearing_is_what_they_owe", _CLEARING_IS_WHAT_THEY_OWE),
    by_account("finance.payees_are_their_lines", _PAYEES_ARE_THEIR_LINES),
    by_account("finance.customer_funds_are_explained", _CUSTOMER_FUNDS_ARE_EXPLAINED),
    by_account("finance.tills_are_counted", _TILLS_ARE_COUNTED),
    by_account("finance.differences_are_explained", _DIFFERENCES_ARE_EXPLAINED),
    by_account(
        "finance.cash_in_transit_is_on_its_way", _CASH_IN_TRANSIT_IS_ON_ITS_WAY, recent=_CASH_IN_TRANSIT_IS_ON_ITS_WAY
    ),
    by_account("finance.suspense_is_unexplained", _SUSPENSE_IS_UNEXPLAINED),
]


def county_of(book: Book, row: dict[str, Any]) -> tuple[str, str] | None:
    """The county that a row about a station's money concerns; a station's code begins with its county's."""
    station = row.get("station") or (row["account"].partition(":")[2] if row["kind"] in OF_STATIONS else "")
    return (AuditFinding.Scope.COUNTY, station[:COUNTY_DIGITS]) if station else None
