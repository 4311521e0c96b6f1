"""What a sale over the API says, whatever is sold."""

from typing import Any

from rest_framework import serializers

from core.api import NonNegativeAmountField

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
