"""Asking a biller what somebody owes."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import load_compiled
from core.api import VerbView
from core.errors import ProviderDown, refused_by
from core.serializers import ReadSerializer
from finance.bills import services
from finance.bills.api.named import PAY, biller_of, station_of
from finance.bills.models import BillFetch
from finance.bills.waiting import wait_for_answer
from finance.payments.api.named import payer_of
from stations.accounts.models import User
from stations.people.masking import mask_name


class BillFetchIn(serializers.Serializer):
    """Which biller to ask, about whom."""

    biller = serializers.CharField(max_length=20)
    parameters = serializers.DictField(child=serializers.CharField(max_length=80, allow_blank=True))
    station = serializers.CharField(max_length=11)
    payer = serializers.UUIDField(required=False, allow_null=True)


class BillFetchOut(ReadSerializer):
    """A question to a biller and, once it has answered, the bill. The customer's name is masked."""

    fetch_id = serializers.UUIDField(source="our_ref")
    status = serializers.CharField()
    biller = serializers.CharField(source="biller.code")
    customer_name = serializers.CharField(allow_null=True)
    period = serializers.CharField(allow_null=True)
    due_date = serializers.DateField(allow_null=True)
    amount = serializers.CharField(allow_null=True)
    currency = serializers.CharField()
    expires_at = serializers.DateTimeField(allow_null=True)
    failure_code = serializers.CharField(allow_null=True)

    @staticmethod
    def get_customer_name(fetch: BillFetch) -> str | None:
        return mask_name(fetch.customer_name) if fetch.customer_name else None


class BillFetches(VerbView):
    """Fetch a bill: 200 with what the customer owes when the biller answers at once, else 202 and a fetch to poll."""

    requires = PAY
    In = BillFetchIn
    Out = BillFetchOut
    success_status = 202
    refusals = (ProviderDown, *refused_by(services.request_fetch))
    in_example = {"biller": "JS-POWER", "parameters": {"customer_no": "3213240012345"}, "station": "321324-0007"}
    out_example = {
        "fetch_id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0001",
        "status": "requested",
        "biller": "JS-POWER",
        "customer_name": None,
        "period": None,
        "due_date": None,
        "amount": None,
        "currency": "CNY",
        "expires_at": None,
        "failure_code": None,
    }

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> BillFetch:
        return services.request_fetch(
            biller=biller_of(data["biller"]),
            parameters=data["parameters"],
            station=station_of(user, data["station"]),
            payer=payer_of(user, data.get("payer")),
            by=user,
            at=at,
        )

    def post(self, request: Any, **path: Any) -> Response:
        response = super().post(request, **path)
        if response.status_code != self.success_status:
            return response
        fetch = wait_for_answer(response.data["fetch_id"])
        if fetch is None:
            return response
        return Response(BillFetchOut(fetch).data, headers=dict(response.items()))


class BillFetchDetail(APIView):
    """Get a bill fetch: what the biller has answered so far."""

    requires = "finance.read_bill"
    one_object = True

    @extend_schema(responses=BillFetchOut)
    def get(self, request: Any, pk: UUID) -> Response:
        return Response(BillFetchOut(_load_fetch(request.user, self.requires, pk)).data)


@load_compiled("pk")
def _load_fetch() -> QuerySet[BillFetch]:
    return BillFetch.objects.select_related("biller")
