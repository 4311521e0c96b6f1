"""Two records of one person become one: what the merged one paid, and is owed, is the kept one's; and back again."""

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from core.database.db import lock_all
from finance.payments.models import MergedPayer, Payment, Refund
from stations.models import Person
from stations.people.queries import merged_into


@transaction.atomic
def follow_record(*, merged: UUID, at: dt.datetime) -> None:
    """Let payments and money owed stand with the record that the person is now, however often and late it is told.

    What the merged record is part of at this moment decides: merging and taking apart may be heard in any order. What
    became part of it before goes along, to the end of the chain.
    """
    for record in lock_all(Person.objects.of_people(merged)):
        _settle(record.pk, merged_into(record.pk) or record.pk, at=at)


def _settle(record: UUID, standing: UUID, *, at: dt.datetime) -> None:
    """What a record paid and is owed goes to the one that stands for it; a row remembers whose it was."""
    payments: list[str] = []
    refunds: list[str] = []
    moved = MergedPayer.objects.filter(merged=record, undone_at=None).exclude(kept=standing)
    for row in moved.order_by("pk").select_for_update(no_key=True):
        payments += _repoint(Payment.objects.filter(pk__in=row.payments, payer=row.kept), "payer_id", standing)
        refunds += _repoint(Refund.objects.filter(pk__in=row.refunds, receiver=row.kept), "receiver_id", standing)
        row.undone_at = at
        row.save(update_fields=["undone_at", "updated_at"])
    if standing == record:
        return
    others = MergedPayer.objects.filter(kept=record, undone_at=None)
    their_payments, their_refunds = _ids(others, "payments"), _ids(others, "refunds")
    payments += _repoint(Payment.objects.filter(payer=record).exclude(pk__in=their_payments), "payer_id", standing)
    refunds += _repoint(Refund.objects.filter(receiver=record).exclude(pk__in=their_refunds), "receiver_id", standing)
    if payments or refunds:
        MergedPayer.objects.create(kept=standing, merged=record, payments=payments, refunds=refunds, moved_at=at)


def _ids(rows: QuerySet[MergedPayer], column: str) -> list[str]:
    return [pk for ids in rows.values_list(column, flat=True) for pk in ids]


def _repoint(rows: QuerySet, column: str, person: UUID) -> list[str]:
    ids = [str(pk) for pk in rows.order_by("pk").values_list("pk", flat=True)]
    rows.model.objects.filter(pk__in=ids).update(**{column: person})
    return ids
