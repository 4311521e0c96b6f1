"""What a company's lines of one day come to, the one bank line that settles it, and what our ledger says of them."""

import datetime as dt
import re
from collections import defaultdict

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet

from core.days import day_in
from core.db import lock
from core.money import Money
from finance import chart
from finance.bills.models import Biller
from finance.chart import AccountKey
from finance.recon.models import BankExplanation, BankStatementLine, ProviderFile, ProviderSum, ReconItem
from finance.recon.queries import bank_date_after
from finance.recon.services.explaining import Part, explain_bank_line
from finance.recon.services.items import match_recon_items, open_recon_item
from ledger.services import Leg

#: Bank days that a company, or we, have to settle a day.
BANK_DAYS = 3
#: Kinds of lines that are settled with the company; our payouts reach the bank account by themselves.
SETTLED = ("bill", "recharge", "refund", "collection")
#: How long lines may take to be decided before the ledger must say the same.
TIE_AFTER = dt.timedelta(days=1)

# What comes to our bank account: for collections what they took, for all else what we owe, below nought. The margin of
# a recharge stays with us: we owe the wholesale amount.
_ADD_UP = """
SELECT line.kind,
       sum(CASE line.status WHEN 'succeeded' THEN 1 ELSE -1 END * CASE line.kind WHEN 'collection' THEN 1 ELSE -1 END
           * (line.amount_minor - line.kept_minor))::bigint,
       sum(CASE line.status WHEN 'succeeded' THEN line.kept_minor ELSE -line.kept_minor END)::bigint
  FROM (SELECT line.kind, line.status, line.amount_minor,
               CASE WHEN recharge.payment_id IS NOT NULL THEN recharge.amount_minor - recharge.wholesale_minor
                    WHEN kept.payment_id IS NOT NULL OR line.kind = 'recharge' THEN line.fee_minor
                    ELSE 0 END AS kept_minor
          FROM finance_providerline AS line
          LEFT JOIN finance_recharge AS recharge ON recharge.payment_id = line.payment_id
          LEFT JOIN (SELECT bill.payment_id FROM finance_billpayment AS bill
                       JOIN finance_biller AS biller ON biller.id = bill.biller_id
                      WHERE biller.provider_id = %(provider)s AND biller.settlement = 'net_t1') AS kept
            ON kept.payment_id = line.payment_id
         WHERE line.file_id = %(file)s AND line.status <> 'failed' AND line.kind = ANY(%(kinds)s)) AS line
 GROUP BY line.kind
"""

# The same money by the account that it belongs to: amount and, where the company keeps it, fee. Signs as ours: above
# nought we owe it.
_BY_ACCOUNT = """
SELECT coalesce('biller:' || biller.code, 'operator:' || operator.code),
       sum(CASE line.status WHEN 'succeeded' THEN line.amount_minor ELSE -line.amount_minor END)::bigint,
       sum(CASE line.status WHEN 'succeeded' THEN 1 ELSE -1 END
           * CASE WHEN operator.id IS NOT NULL THEN recharge.amount_minor - recharge.wholesale_minor
                  WHEN biller.settlement = 'net_t1' THEN line.fee_minor ELSE 0 END)::bigint
  FROM finance_providerline AS line
  LEFT JOIN finance_billpayment AS bill ON bill.payment_id = line.payment_id
  LEFT JOIN finance_biller AS biller ON biller.id = bill.biller_id
  LEFT JOIN finance_recharge AS recharge ON recharge.payment_id = line.payment_id
  LEFT JOIN finance_operator AS operator ON operator.id = recharge.operator_id
 WHERE line.file_id = %(file)s AND line.kind = %(kind)s AND line.status <> 'failed' AND line.payment_id IS NOT NULL
 GROUP BY 1
"""

# What our ledger owes the company for the payments of these lines, and what the lines themselves say of them.
_TIE = """
WITH said AS (
    SELECT line.payment_id::text AS event_id, line.kind,
           CASE line.status WHEN 'succeeded' THEN 'payment_succeeded' ELSE 'payment_reversed' END AS event_type,
           CASE line.status WHEN 'succeeded' THEN 1 ELSE -1 END
           * (line.amount_minor - coalesce(recharge.amount_minor - recharge.wholesale_minor, 0)) AS minor
      FROM finance_providerline AS line
      LEFT JOIN finance_recharge AS recharge ON recharge.payment_id = line.payment_id
     WHERE line.file_id = %(file)s AND line.payment_id IS NOT NULL AND line.kind IN ('bill', 'recharge')
       AND line.status IN ('succeeded', 'reversed')
), posted AS (
    SELECT said.kind, sum(CASE WHEN credit.kind IN ('biller', 'operator') THEN transfer.amount ELSE 0 END
                          - CASE WHEN debit.kind IN ('biller', 'operator') THEN transfer.amount ELSE 0 END) AS minor
      FROM said
      JOIN ledger_transferkey AS key ON key.event_type = said.event_type AND key.event_id = said.event_id
      JOIN ledger_transfer AS transfer ON transfer.id = key.id AND transfer.recorded_at = key.recorded_at
      JOIN ledger_account AS debit ON debit.id = transfer.debit_id
      JOIN ledger_account AS credit ON credit.id = transfer.credit_id
     WHERE transfer.kind IN ('posted', 'post')
     GROUP BY said.kind
)
SELECT said.kind, sum(said.minor)::bigint, coalesce(max(posted.minor), 0)::bigint
  FROM said LEFT JOIN posted ON posted.kind = said.kind GROUP BY said.kind
"""


def add_up(*, file: ProviderFile, at: dt.datetime) -> None:
    """One sum for each kind of line; of a corrected file what an earlier sequence has not settled already."""
    due_date = bank_date_after(settings.ECOMNET_COUNTRY, file.file_date, days=BANK_DAYS)
    with connection.cursor() as cursor:
        cursor.execute(_ADD_UP, {"file": file.pk, "provider": file.provider_id, "kinds": list(SETTLED)})
        rows = cursor.fetchall()
    earlier = _sums_before(file)
    settled = defaultdict(int)
    for kind, minor in earlier.filter(settled_at__isnull=False).values_list("kind", "amount_minor"):
        settled[kind] += minor
    earlier.filter(settled_at=None).delete()
    ProviderSum.objects.bulk_create(
        [
            ProviderSum(
                file=file,
                kind=kind,
                amount_minor=minor - settled[kind],
                fee_minor=fee,
                currency=file.currency,
                reference=f"{file.provider.code}-{file.file_date:%Y%m%d}-{kind.upper()}",
                due_date=due_date,
                settled_at=at if minor == settled[kind] else None,
            )
            for kind, minor, fee in rows
        ]
    )


@transaction.atomic
def settle_sums(*, at: dt.datetime) -> int:
    """Find for each sum that waits the one bank line that settles it: exact amount and reference, in time; how many."""
    waiting = ProviderSum.objects.filter(settled_at=None).select_related("file__provider").order_by("pk")
    found = [(each, line) for each in waiting if (line := _line_for(each)) is not None]
    for each, line in found:
        settle_sum(sum_of_day=each, line=line, at=at)
    return len(found)


@transaction.atomic
def settle_sum(*, sum_of_day: ProviderSum, line: BankStatementLine, at: dt.datetime) -> None:
    """A bank line settles a day: biller, operator or clearing takes it from suspense; a fee they kept is received."""
    each = lock(sum_of_day)
    if each.settled_at is not None:
        return
    parts, fees = _parts_of(each, at=at)
    if parts:
        explain_bank_line(line=line, parts=parts, more=fees, by=None, at=at)
    each.bank_line, each.settled_at = line, at
    each.save(update_fields=["bank_line", "settled_at", "updated_at"])
    match_recon_items(items=ReconItem.objects.filter(dedupe_key=_unsettled_item(each)), at=at)


@transaction.atomic
def note_unsettled_sums(*, at: dt.datetime) -> int:
    """An item for each sum that no bank line has settled within three bank days; how many wait so long."""
    overdue = ProviderSum.objects.filter(settled_at=None).select_related("file__provider").order_by("pk")
    count = 0
    for each in overdue:
        if each.due_date >= day_in(each.file.provider.time_zone, at):
            continue
        count += 1
        open_recon_item(
            kind=ReconItem.Kind.AMOUNT,
            dedupe_key=_unsettled_item(each),
            provider_id=each.file.provider_id,
            our_ref=each.reference,
            currency=each.currency,
            amount_diff_minor=each.amount_minor,
            detail={"file": each.file_id, "due": each.due_date.isoformat()},
            subject_date=each.file.file_date,
            sides=[ReconItem.Side.PROVIDER, ReconItem.Side.BANK],
            at=at,
        )
    return count


@transaction.atomic
def tie_to_ledger(*, file: ProviderFile, at: dt.datetime) -> None:
    """Our ledger says of the same payments what the file says, to the cent; else an item. Agreeing later closes it."""
    with connection.cursor() as cursor:
        cursor.execute(_TIE, {"file": file.pk})
        rows = cursor.fetchall()
    for kind, theirs, ours in rows:
        file.sums.filter(kind=kind).update(ledger_minor=ours)
        key = f"ledger:{file.pk}:{kind}"
        if theirs == ours:
            match_recon_items(items=ReconItem.objects.filter(dedupe_key=key), at=at)
        elif file.imported_at <= at - TIE_AFTER:
            open_recon_item(
                kind=ReconItem.Kind.AMOUNT,
                dedupe_key=key,
                provider_id=file.provider_id,
                our_ref=f"{file.provider.code}-{file.file_date:%Y%m%d}-{kind.upper()}",
                currency=file.currency,
                amount_diff_minor=theirs - ours,
                detail={"file": file.pk, "theirs": theirs, "ours": ours},
                subject_date=file.file_date,
                sides=[ReconItem.Side.PROVIDER, ReconItem.Side.LEDGER],
                at=at,
            )


def _sums_before(file: ProviderFile) -> QuerySet[ProviderSum]:
    return ProviderSum.objects.filter(
        file__provider=file.provider_id, file__file_date=file.file_date, file__sequence__lt=file.sequence
    )


def _line_for(each: ProviderSum) -> BankStatementLine | None:
    """The only bank line that fits to the cent and carries the reference."""
    direction = BankStatementLine.Direction.IN if each.amount_minor > 0 else BankStatementLine.Direction.OUT
    fitting = BankStatementLine.objects.filter(
        direction=direction,
        currency=each.currency,
        amount_minor=abs(each.amount_minor),
        explained_minor=0,
        value_date__gte=each.file.file_date,
        value_date__lte=each.due_date,
    )
    wanted = _plain(each.reference)
    found = [line for line in fitting.order_by("pk")[:100] if wanted in _plain(line.text)]
    return found[0] if len(found) == 1 else None


def _plain(text: str) -> str:
    """Letters and digits: banks drop or move what stands between."""
    return re.sub(r"[^A-Z0-9]", "", text.upper())


def _parts_of(each: ProviderSum, *, at: dt.datetime) -> tuple[list[Part], list[Leg]]:
    """Which account takes how much of the bank line, and the fees that were kept; the unknown stays on suspense."""
    provider, country = each.file.provider, settings.ECOMNET_COUNTRY
    if each.kind in {"collection", "refund"}:
        clearing = chart.open_one(chart.clearing(provider), country=country, currency=each.currency, at=at)
        return [Part(BankExplanation.Kind.GATEWAY, clearing, Money(abs(each.amount_minor), each.currency))], []
    parts, fees = [], []
    sign = 1 if each.amount_minor < 0 else -1
    for code, amount, fee in _by_account(each):
        kind, _colon, key = code.partition(":")
        account = chart.open_one(AccountKey(kind, key), country=country, currency=each.currency, at=at)
        paid = sign * (amount - fee)
        if paid <= 0:
            continue
        parts.append(Part(kind, account, Money(paid, each.currency), each.reference))
        if kind == "biller" and fee > 0:
            owed = chart.fee_receivable(Biller.objects.get(code=key))
            receivable = chart.open_one(owed, country=country, currency=each.currency, at=at)
            fees.append(Leg(account, receivable, Money(fee, each.currency), "fee kept by the biller"))
    return _within(parts, abs(each.amount_minor)), fees


def _by_account(each: ProviderSum) -> list[tuple[str, int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(_BY_ACCOUNT, {"file": each.file_id, "kind": each.kind})
        return [row for row in cursor.fetchall() if row[0] is not None]


def _within(parts: list[Part], most: int) -> list[Part]:
    """Nothing, where our books would take more than the bank moved: people explain such a line."""
    return parts if sum(part.amount.minor for part in parts) <= most else []


def _unsettled_item(each: ProviderSum) -> str:
    return f"unsettled:{each.file.provider_id}:{each.reference}"
