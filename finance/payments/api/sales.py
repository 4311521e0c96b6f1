"""What a sale over the API says and is answered, whatever is sold."""

from typing import Any

from rest_framework import serializers

from core.access import load
from core.api import NonNegativeAmountField, VerbView
from core.money import Money
from core.serializers import ReadSerializer
from finance.payments.api.named import amount_in, payer_of, quote_in
from finance.payments.api.payments import PaymentOut, payment_out
from finance.payments.models import Payment, Refund
from finance.payments.queries import warnings_at
from finance.payments.services import CodeProof, Tender
from stations.accounts.models import User
from stations.models import Person

AS_QUOTED = "As quoted; refused `quote_changed` when it differs now."


class SaleIn(serializers.Serializer):
    """What every sale may say of its payer, the cash, the quote that was shown, and money owed back that pays."""

    payer = serializers.UUIDField(required=False, allow_null=True)
    payer_phone = serializers.RegexField(r"^\+[0-9]{6,15}$", required=False, allow_blank=True)
    cash_given = NonNegativeAmountField(required=False, allow_null=True)
    agent_fee = NonNegativeAmountField(required=False, help_text=AS_QUOTED)
    own_part = NonNegativeAmountField(required=False, help_text=AS_QUOTED)
    refund = serializers.UUIDField(required=False, allow_null=True, help_text="Money owed back that pays for this.")
    code = serializers.RegexField(r"^[0-9]{6}$", required=False, help_text="The code that proves the refund.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Both parts of a quote or none; owed money never without its code."""
        if ("agent_fee" in attrs) != ("own_part" in attrs):
            raise serializers.ValidationError({"own_part": ["Send both parts of the quote, or none."]})
        if bool(attrs.get("refund")) != bool(attrs.get("code")):
            raise serializers.ValidationError({"code": ["A refund that pays needs its code."]})
        return super().validate(attrs)


class QuoteOut(ReadSerializer):
    """What the villager would pay, and what the one who acts would earn."""

    amount = serializers.CharField()
    agent_fee = serializers.CharField()
    total = serializers.CharField()
    own_part = serializers.CharField()
    currency = serializers.CharField(source="amount.currency")


class SaleView(VerbView):
    """A sale at the counter; a trade's view names its `In` (a `SaleIn`) and calls its service.

    202: the company has been told or will be at once; follow the payment for its end.
    """

    Out = PaymentOut
    success_status = 202

    def shown(self, made: Payment) -> dict[str, Any]:
        """The payment, and what the counter should know now."""
        return {**payment_out(made), "warnings": warnings_at(made.station, at=made.taken_at)}


def tender_in(
    user: User, data: dict[str, Any], *, currency: str, amount: Money | None, payer: Person | None = None
) -> Tender:
    """How it is paid; `amount` is what the quote was for, `payer` who pays unless the request names somebody."""
    refund = data.get("refund")
    return Tender(
        payer=payer_of(user, data.get("payer")) or payer,
        payer_phone=data.get("payer_phone", ""),
        cash_given=amount_in(data, "cash_given", currency),
        refund=load(Refund.objects, user, "finance.spend_refund", pk=refund) if refund else None,
        proof=CodeProof(data["code"]) if data.get("code") else None,
        expected=quote_in(data, amount),
    )
