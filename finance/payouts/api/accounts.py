"""Where payees are paid, over the API: said by themselves, or for organisations by finance."""

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import ValidationError as Unfit
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from core.access import SIGNED_IN, demand_everywhere, load
from core.api import VerbView
from core.errors import refused_by
from core.language.typed import Line
from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from finance.payouts import forms, services
from finance.payouts.models import PayoutAccount
from finance.payouts.queries import is_payee, user_of
from stations.accounts.models import User
from stations.models import Station

ENTER = "finance.enter_payout_account"


class PayoutAccountIn(serializers.Serializer):
    """Where to be paid. `bank` needs code, number and holder; the others a station. `payee`: for finance alone."""

    payee = serializers.RegexField(r"^[0-9A-Za-z-]{1,64}$", required=False, allow_null=True, default=None)
    kind = serializers.RegexField(r"^(bank|cash_at_station|float)$")
    bank_code = serializers.CharField(max_length=20, required=False, default="", allow_blank=True)
    account_no = serializers.CharField(max_length=50, required=False, default="", allow_blank=True)
    holder_name = serializers.CharField(max_length=80, required=False, default="", allow_blank=True)
    station = serializers.CharField(max_length=11, required=False, default="", allow_blank=True)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        """What the kind needs, in the form in which it is stored."""
        if data["kind"] != PayoutAccount.Kind.BANK:
            if not data["station"]:
                raise serializers.ValidationError({"station": ["Fill this in."]})
            return data
        checks = {"bank_code": forms.bank_code, "account_no": forms.account_number, "holder_name": _needed}
        for name, check in checks.items():
            try:
                data[name] = check(data[name])
            except Unfit as fault:
                raise serializers.ValidationError({name: fault.messages}) from fault
        return data


class PayoutAccountOut(ReadSerializer):
    """Where a payee is paid; of the number only its end."""

    id = serializers.UUIDField(source="pk")
    payee = serializers.CharField()
    kind = serializers.CharField()
    bank_code = serializers.CharField(allow_null=True)
    account_tail = serializers.CharField(allow_null=True)
    station = serializers.CharField(source="station.code", allow_null=True)
    status = serializers.CharField()
    usable_from = serializers.DateTimeField()
    is_replaced = serializers.BooleanField()

    example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0040",
        "payee": "0193f0c27a117c559a3e5b1d2f6a0001",
        "kind": "bank",
        "bank_code": "ICBC",
        "account_tail": "4821",
        "station": None,
        "status": "pending",
        "usable_from": "2026-11-28T01:00:00.000Z",
        "is_replaced": False,
    }

    @staticmethod
    def get_is_replaced(account: PayoutAccount) -> bool:
        return account.replaced_at is not None


class PayoutAccountReasonIn(serializers.Serializer):
    """Why."""

    reason = Line(max_length=200)


class PayoutAccounts(VerbView):
    """Add a payout account, used from three days on."""

    requires = "finance.set_own_payout_account"
    reads = SIGNED_IN
    pagination_class = CursorPages
    In = PayoutAccountIn
    Out = PayoutAccountOut
    success_status = 201
    refusals = (
        services.NameDiffers,
        services.PayoutStationUnfit,
        services.NoFloatThere,
        services.PersonUnknown,
        services.SameAccount,
    )
    in_example: ClassVar[dict[str, Any]] = {
        "kind": "bank",
        "bank_code": "ICBC",
        "account_no": "6222021102004821",
        "holder_name": "周素云",
    }
    out_example = PayoutAccountOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> PayoutAccount:
        payee = data["payee"] or user.pk.hex
        if payee != user.pk.hex:
            demand_everywhere(user, ENTER)
        if not is_payee(payee):
            raise Http404
        return _set(payee, data, by=user, at=at)

    @extend_schema(parameters=[OpenApiParameter("cursor", str)], responses=PayoutAccountOut(many=True))
    def get(self, request: Any) -> Response:
        """List payout accounts that one may see, newest first."""
        rows = PayoutAccount.objects.seen_by(request.user).select_related("station")
        pages = self.pagination_class()
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(PayoutAccountOut(page, many=True).data)


class PayoutAccountVerb(VerbView):
    """A verb of finance on one account."""

    one_object = True
    Out = PayoutAccountOut

    def account(self, user: User, pk: UUID) -> PayoutAccount:
        """The account, where a post with this verb reaches it."""
        return load(PayoutAccount.objects.select_related("station", "user"), user, self.requires, pk=pk)


class ConfirmPayoutAccount(PayoutAccountVerb):
    """Confirm a payout account that another officer entered."""

    requires = "finance.confirm_payout_account"
    refusals = refused_by(services.confirm_payout_account)
    out_example = PayoutAccountOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> PayoutAccount:
        return services.confirm_payout_account(account=self.account(user, pk), by=user, at=at)


class RestrictPayoutAccount(PayoutAccountVerb):
    """Restrict a payout account: nothing is paid there for now; the payee is told."""

    requires = "finance.restrict_payout_account"
    In = PayoutAccountReasonIn
    refusals = refused_by(services.restrict_payout_account)
    in_example: ClassVar[dict[str, Any]] = {"reason": "the bank says it is blocked"}
    out_example = {**PayoutAccountOut.example, "status": "restricted"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> PayoutAccount:
        account = self.account(user, pk)
        return services.restrict_payout_account(account=account, reason=data["reason"], by=user, at=at)


class ReleasePayoutAccount(PayoutAccountVerb):
    """Release a payout account that was restricted."""

    requires = "finance.release_payout_account"
    refusals = refused_by(services.release_payout_account)
    out_example = {**PayoutAccountOut.example, "status": "active"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> PayoutAccount:
        return services.release_payout_account(account=self.account(user, pk), by=user, at=at)


class RejectPayoutAccount(PayoutAccountVerb):
    """Reject a payout account: nothing is ever paid there."""

    requires = "finance.reject_payout_account"
    In = PayoutAccountReasonIn
    refusals = refused_by(services.reject_payout_account)
    in_example: ClassVar[dict[str, Any]] = {"reason": "not the payee's own account"}
    out_example = {**PayoutAccountOut.example, "status": "rejected"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> PayoutAccount:
        account = self.account(user, pk)
        return services.reject_payout_account(account=account, reason=data["reason"], by=user, at=at)


def _needed(text: str) -> str:
    if not text.strip():
        raise Unfit(forms.NEEDED)
    return text.strip()


def _set(payee: str, data: dict[str, Any], *, by: User, at: dt.datetime) -> PayoutAccount:
    user = user_of(payee)
    if data["kind"] == PayoutAccount.Kind.BANK:
        details = services.BankDetails(data["bank_code"], data["account_no"], data["holder_name"])
        return services.set_bank_account(payee=payee, user=user, details=details, by=by, at=at)
    station = Station.objects.select_related("county").filter(code=data["station"]).first()
    if station is None or user is None:
        raise Http404
    if data["kind"] == PayoutAccount.Kind.FLOAT:
        return services.set_own_float(user=user, station=station, by=by, at=at)
    return services.set_cash_at_station(user=user, station=station, by=by, at=at)
