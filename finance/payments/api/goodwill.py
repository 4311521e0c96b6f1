"""Goodwill over the API: offered, given by a second person, or not given."""

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from rest_framework import serializers

from core.access import load
from core.api import AmountField, VerbView
from core.errors import refused_by
from core.serializers import ReadSerializer
from finance.payments import services
from finance.payments.models import Goodwill, Payment
from stations.accounts.models import User

GIVE = "finance.give_goodwill"


class GoodwillIn(serializers.Serializer):
    """How much, and why."""

    amount = AmountField()
    reason = serializers.CharField(max_length=200)


class GoodwillReadIn(serializers.Serializer):
    """The amount that the second person has read."""

    amount = AmountField()


class GoodwillOut(ReadSerializer):
    """What was offered beside a payment; `refund` once it is given."""

    id = serializers.UUIDField(source="pk")
    payment = serializers.UUIDField(source="payment_id")
    amount = serializers.CharField()
    currency = serializers.CharField()
    reason = serializers.CharField()
    status = serializers.ChoiceField(Goodwill.Status.choices)
    refund = serializers.UUIDField(source="refund_id", allow_null=True)

    example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0007",
        "payment": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0002",
        "amount": "50.00",
        "currency": "CNY",
        "reason": "waited for an hour because of our mistake",
        "status": "offered",
        "refund": None,
    }


class OfferGoodwill(VerbView):
    """Offer goodwill for a payment that has ended; above what one person may give it waits for another."""

    requires = GIVE
    one_object = True
    In = GoodwillIn
    Out = GoodwillOut
    refusals = refused_by(services.offer_goodwill)
    in_example: ClassVar[dict[str, Any]] = {"amount": "50.00", "reason": GoodwillOut.example["reason"]}
    out_example = GoodwillOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Goodwill:
        payment = _payment(user, pk)
        amount = data["amount"].in_currency(payment.currency)
        return services.offer_goodwill(payment=payment, amount=amount, reason=data["reason"], by=user, at=at)


class ApproveGoodwill(VerbView):
    """Approve goodwill that another person has offered."""

    requires = GIVE
    one_object = True
    In = GoodwillReadIn
    Out = GoodwillOut
    refusals = refused_by(services.approve_goodwill)
    in_example: ClassVar[dict[str, Any]] = {"amount": "50.00"}
    out_example = GoodwillOut.example | {"status": "given", "refund": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0008"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Goodwill:
        payment = _payment(user, pk)
        amount = data["amount"].in_currency(payment.currency)
        return services.approve_goodwill(payment=payment, amount=amount, by=user, at=at)


class RejectGoodwill(VerbView):
    """Reject goodwill that was offered."""

    requires = GIVE
    one_object = True
    Out = GoodwillOut
    refusals = refused_by(services.reject_goodwill)
    out_example = GoodwillOut.example | {"status": "rejected"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Goodwill:
        return services.reject_goodwill(payment=_payment(user, pk), by=user, at=at)


def _payment(user: User, pk: UUID) -> Payment:
    return load(Payment.objects.select_related("station__county"), user, GIVE, pk=pk)
