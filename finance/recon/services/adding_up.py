"""What a company's lines of one day come to, by kind and by whom they are owed."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from operator import itemgetter

from django.db import connection
from django.db.models import QuerySet

from finance.recon.models import ProviderFile, ProviderSum, ProviderSumShare
from finance.recon.queries import bank_date_after

#: Bank days that a company, or we, have to settle a day.
BANK_DAYS = 3
#: Kinds of lines that are settled with the company; our payouts reach the bank account by themselves.
SETTLED = ("bill", "recharge", "refund", "collection")

# What is not paid over is the margin of a recharge, and the fee where the company keeps it. Signs as ours: above nought
# we owe it.
_ADD_UP = """
SELECT line.kind, CASE WHEN operator.id IS NULL THEN 'biller' ELSE 'operator' END,
       coalesce(biller.code, operator.code, ''),
       sum(CASE line.status WHEN 'succeeded' THEN 1 ELSE -1 END * line.amount_minor)::bigint,
       sum(CASE line.status WHEN 'succeeded' THEN 1 ELSE -1 END
           * CASE WHEN operator.id IS NOT NULL THEN recharge.amount_minor - recharge.wholesale_minor
                  WHEN line.kind = 'recharge' OR biller.settlement = 'net_t1' THEN line.fee_minor ELSE 0 END)::bigint
  FROM finance_providerline AS line
  LEFT JOIN finance_billpayment AS bill ON bill.payment_id = line.payment_id
  LEFT JOIN finance_biller AS biller ON biller.id = bill.biller_id
  LEFT JOIN finance_recharge AS recharge ON recharge.payment_id = line.payment_id
  LEFT JOIN finance_operator AS operator ON operator.id = recharge.operator_id
 WHERE line.file_id = %(file)s AND line.status <> 'failed' AND line.kind = ANY(%(kinds)s)
 GROUP BY 1, 2, 3
"""


@dataclass
class Tally:
    """What lines of one kind come to, and of that each (party, code): amount and what is not paid over."""

    amount: int = 0
    kept: int = 0
    shares: dict[tuple[str, str], tuple[int, int]] = field(default_factory=lambda: defaultdict(lambda: (0, 0)))

    def add(self, amount: int, kept: int, *, sign: int = 1) -> None:
        """Count so much more, or less."""
        self.amount, self.kept = self.amount + sign * amount, self.kept + sign * kept

    def add_share(self, of: tuple[str, str], amount: int, kept: int, *, sign: int = 1) -> None:
        """Count so much more, or less, of one party."""
        before = self.shares[of]
        self.shares[of] = (before[0] + sign * amount, before[1] + sign * kept)


def add_up(*, file: ProviderFile, at: dt.datetime) -> list[ProviderSum]:
    """One sum for each kind of line, with its shares; of a corrected file what an earlier sequence has not settled."""
    tallies = _said_by(file)
    _take_off_what_was_settled(_sums_before(file), tallies)
    _sums_before(file).filter(settled_at=None).delete()
    sums = ProviderSum.objects.bulk_create(
        [_sum(file, *each, at=at) for each in sorted(tallies.items(), key=itemgetter(0))]
    )
    ProviderSumShare.objects.bulk_create(
        [
            ProviderSumShare(sum=each, party=party, code=code, amount_minor=amount, kept_minor=kept)
            for each in sums
            for (party, code), (amount, kept) in sorted(tallies[each.kind].shares.items())
            if amount or kept
        ]
    )
    return sums


def _said_by(file: ProviderFile) -> dict[str, Tally]:
    with connection.cursor() as cursor:
        cursor.execute(_ADD_UP, {"file": file.pk, "kinds": list(SETTLED)})
        rows = cursor.fetchall()
    tallies: dict[str, Tally] = defaultdict(Tally)
    for kind, party, code, amount, kept in rows:
        tallies[kind].add(amount, kept)
        if code:
            tallies[kind].add_share((party, code), amount, kept)
    return tallies


def _take_off_what_was_settled(earlier: QuerySet[ProviderSum], tallies: dict[str, Tally]) -> None:
    for each in earlier.filter(settled_at__isnull=False).prefetch_related("shares"):
        tally = tallies[each.kind]
        tally.add(_toward_us(each.kind) * each.amount_minor + each.fee_minor, each.fee_minor, sign=-1)
        for share in each.shares.all():
            tally.add_share((share.party, share.code), share.amount_minor, share.kept_minor, sign=-1)


def _sum(file: ProviderFile, kind: str, tally: Tally, *, at: dt.datetime) -> ProviderSum:
    minor = _toward_us(kind) * (tally.amount - tally.kept)
    return ProviderSum(
        file=file,
        kind=kind,
        amount_minor=minor,
        fee_minor=tally.kept,
        currency=file.currency,
        reference=f"{file.provider.code}-{file.file_date:%Y%m%d}-{kind.upper()}",
        due_date=bank_date_after(file.provider.country, file.file_date, days=BANK_DAYS),
        settled_at=None if minor else at,
    )


def _toward_us(kind: str) -> int:
    """What was collected comes to our bank account; what was paid for villagers goes out of it."""
    return 1 if kind == "collection" else -1


def _sums_before(file: ProviderFile) -> QuerySet[ProviderSum]:
    return ProviderSum.objects.filter(
        file__provider=file.provider_id, file__file_date=file.file_date, file__sequence__lt=file.sequence
    )
