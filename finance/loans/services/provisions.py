"""At the close of a day: the classes of a book's loans, what of them is at risk, and what is set aside for that."""

import datetime as dt

from django.db import connection, transaction

from core.money import Money
from finance.loans.accounts import LoanAccounts
from finance.loans.models import LoanBook
from ledger.queries import balance
from ledger.services import SYSTEM, Leg, post_transfers

#: One row for each product and class. A restructured loan is at risk, however late, until it is repaid. A class without
#: a rate sets nothing aside; halves are rounded up.
SNAPSHOT = """
WITH stands AS (
    SELECT product_id, principal_disbursed_minor - principal_paid_minor AS minor, days_past_due AS days,
           restructure_count > 0 AS is_new_plan,
           greatest(days_past_due, CASE WHEN watch_left > 0 THEN watched_days ELSE 0 END) AS class_days
      FROM finance_loan WHERE book_id = %(book)s AND status = 'active'
), classed AS (
    SELECT stands.*, coalesce(band.class_code, 'unclassified') AS class_code, coalesce(band.rate_bp, 0) AS rate
      FROM stands LEFT JOIN LATERAL (
        SELECT class_code, rate_bp FROM finance_provisionband AS each
         WHERE each.from_day <= stands.class_days AND each.table_id = (
            SELECT id FROM finance_provisiontable
             WHERE country = %(country)s AND status = 'active' AND from_date <= %(date)s
             ORDER BY from_date DESC LIMIT 1)
         ORDER BY from_day DESC LIMIT 1
      ) AS band ON true
)
INSERT INTO finance_portfolioday (created_at, updated_at, book_id, product_id, business_date, class_code, currency,
    loans, gross_minor, par1_minor, par30_minor, par60_minor, par90_minor, restructured_minor, provision_minor)
SELECT now(), now(), %(book)s, product_id, %(date)s, class_code, %(currency)s, count(*), sum(minor),
       coalesce(sum(minor) FILTER (WHERE days >= 1 OR is_new_plan), 0),
       coalesce(sum(minor) FILTER (WHERE days > 30 OR is_new_plan), 0),
       coalesce(sum(minor) FILTER (WHERE days > 60 OR is_new_plan), 0),
       coalesce(sum(minor) FILTER (WHERE days > 90 OR is_new_plan), 0),
       coalesce(sum(minor) FILTER (WHERE is_new_plan), 0),
       (2 * sum(minor) * rate + 10000)::bigint / 20000
  FROM classed GROUP BY product_id, class_code, rate
RETURNING provision_minor
"""


@transaction.atomic
def record_portfolio(*, book: LoanBook, date: dt.date, at: dt.datetime) -> Money:
    """Store how a held book stands at the end of its day, and set aside what its classes need; how much that is."""
    values = {"book": book.pk, "country": book.lender.country, "currency": book.currency, "date": date}
    with connection.cursor() as cursor:
        cursor.execute(SNAPSHOT, values)
        needed = Money(sum(row[0] for row in cursor.fetchall()), book.currency)
    _set_aside(book, needed, date, at=at)
    return needed


def _set_aside(book: LoanBook, needed: Money, date: dt.date, *, at: dt.datetime) -> None:
    """Move the difference between what is needed and what the lender's book has set aside so far."""
    accounts = LoanAccounts(book, at=at)
    loss, allowance = accounts.of("loan_loss"), accounts.of("loan_allowance")
    missing = needed - balance(allowance).posted
    if not missing.minor:
        return
    debit, credit = (loss, allowance) if missing.minor > 0 else (allowance, loss)
    post_transfers(
        legs=[Leg(debit, credit, Money(abs(missing.minor), book.currency), "provision")],
        event_type="loan_provision",
        event_id=f"{book.pk}:{date}",
        business_date=date,
        made_by=SYSTEM,
        at=at,
    )
