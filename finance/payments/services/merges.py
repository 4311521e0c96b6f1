"""Two records of one person become one: what the merged one paid, and is owed, is the kept one's; and back again."""

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from core.database.db import lock
from finance.payments.models import MergedPayer, Payment, Refund
from stations.models import Person


@transaction.atomic
def follow_record(*, kept: UUID, merged: UUID, at: dt.datetime) -> None:
    """Let payments and money owed stand with the record that the person is now, however often and late it is told.

    What the merged record is part of at this moment decides: merging and taking apart may be heard in any order.
    """
    person = lock(Person(pk=merged))
    if person.merged_into_id == kept:
        _move(kept, merged, at=at)
    else:
        _move_back(merged, at=at)


def _move(kept: UUID, merged: UUID, *, at: dt.datetime) -> None:
    payments = _repoint(Payment.objects.filter(payer=merged), "payer_id", kept)
    refunds = _repoint(Refund.objects.filter(receiver=merged), "receiver_id", kept)
    if payments or refunds:
        MergedPayer.objects.create(kept=kept, merged=merged, payments=payments, refunds=refunds, moved_at=at)


def _move_back(merged: UUID, *, at: dt.datetime) -> None:
    for row in MergedPayer.objects.filter(merged=merged, undone_at=None).select_for_update(no_key=True):
        _repoint(Payment.objects.filter(pk__in=row.payments, payer=row.kept), "payer_id", merged)
        _repoint(Refund.objects.filter(pk__in=row.refunds, receiver=row.kept), "receiver_id", merged)
        row.undone_at = at
        row.save(update_fields=["undone_at", "updated_at"])


def _repoint(rows: QuerySet, column: str, person: UUID) -> list[str]:
    ids = [str(pk) for pk in rows.order_by("pk").values_list("pk", flat=True)]
    rows.model.objects.filter(pk__in=ids).update(**{column: person})
    return ids
