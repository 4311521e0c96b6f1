"""Which refunds a person may act on: those of the stations within reach, and one whose slip is on the counter."""

from uuid import UUID

from django.db import models

from core.access import load, may
from finance.payments.models import Refund
from stations.accounts.models import User

HAND_BACK = "finance.hand_back_cash"


def refunds_of_slip(user: User, slip_no: str) -> models.QuerySet[Refund]:
    """What is owed on a slip, for the one who hands money back anywhere: a villager may fetch it at any station."""
    refunds = Refund.objects.filter(payment__receipts__number=slip_no.strip().upper())
    return refunds if may(user, HAND_BACK) else refunds.none()


def refund_at_hand(refunds: models.QuerySet[Refund], user: User, verb: str, *, pk: UUID, slip_no: str = "") -> Refund:
    """One refund within reach; of another station only with the number on the slip. Raises 404 and 403 as `load`."""
    if slip_no and may(user, verb):
        found = refunds.filter(pk__in=refunds_of_slip(user, slip_no).values("pk"), pk=pk).first()
        if found is not None:
            return found
    return load(refunds, user, verb, pk=pk)
