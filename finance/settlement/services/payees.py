"""Whose accounts are settled, as what, and by which county."""

import datetime as dt

from django.db import connection, transaction

from finance.settlement.models import PayeeAccount, PayeeKind
from finance.settlement.queries.places import head_county
from ledger.kinds import PAYEE_KINDS
from ledger.models import Account
from stations.places.models import Division

# Accounts that earn and are not known yet: their newest line says as what and where; the head office takes the rest. A
# county's is known by its code: what produce is packed for is no line of commission.
_ENROL = """
INSERT INTO finance_payeeaccount (account_id, payee, kind, county_id, created_at, updated_at)
SELECT account.id, substr(account.code, strpos(account.code, ':') + 1),
       CASE WHEN account.code LIKE 'commission:county-%%' THEN 'county'
            WHEN account.kind = 'commission' THEN coalesce(earned.beneficiary, 'partner') ELSE account.kind END,
       coalesce(earned.county_id, due.county_id, %(head)s), %(at)s, %(at)s
  FROM ledger_account AS account
  JOIN ledger_book AS book ON book.id = account.book_id AND book.country = %(country)s AND book.code = book.country
  LEFT JOIN LATERAL (
    SELECT line.beneficiary, station.county_id
      FROM finance_commissionline AS line JOIN stations_station AS station ON station.id = line.station_id
     WHERE line.account_id = account.id ORDER BY line.eligible_at DESC LIMIT 1
  ) AS earned ON true
  LEFT JOIN LATERAL (
    SELECT station.county_id
      FROM finance_payableline AS line JOIN stations_station AS station ON station.id = line.station_id
     WHERE line.account_id = account.id ORDER BY line.eligible_at DESC LIMIT 1
  ) AS due ON true
 WHERE account.kind = ANY(%(kinds)s)
   AND NOT EXISTS (SELECT FROM finance_payeeaccount AS known WHERE known.account_id = account.id)
    ON CONFLICT (account_id) DO NOTHING
"""


@transaction.atomic
def enrol_payees(*, country: str, at: dt.datetime) -> int:
    """Give every account of a country that earns to the county that settles it; how many were new."""
    head = head_county(country)
    if head is None:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_ENROL, {"head": head.pk, "country": country, "kinds": sorted(PAYEE_KINDS), "at": at})
        return cursor.rowcount


@transaction.atomic
def enrol_payee(*, account: Account, kind: PayeeKind, county: Division | None) -> PayeeAccount:
    """Say as what and by which county (none: the head office's) an account is settled; said before, it stays so."""
    county = county or head_county(account.book.country)
    payee = account.code.partition(":")[2]
    return PayeeAccount.objects.get_or_create(
        account=account, defaults={"payee": payee, "kind": kind, "county": county}
    )[0]
