"""Whether a household hears of its bills before they are due."""

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from rest_framework import serializers

from core.api import VerbView
from core.serializers import ReadSerializer
from finance.bills import reminders
from finance.bills.api.named import fetch_of
from finance.bills.models import BillAccount
from stations.accounts.models import User


class ReminderOut(ReadSerializer):
    """Whether the household hears of bills of this account before they are due."""

    biller = serializers.CharField(source="biller.code")
    parameters = serializers.DictField(child=serializers.CharField())
    remind = serializers.BooleanField()

    example: ClassVar[dict[str, Any]] = {
        "biller": "JS-POWER",
        "parameters": {"customer_no": "3213240012345"},
        "remind": True,
    }


class RemindBill(VerbView):
    """Turn on bill reminders: the household is told three days and one day before a bill of this account is due."""

    requires = "finance.remind_bill"
    one_object = True
    Out = ReminderOut
    refusals = (reminders.NoReminderRecipient,)
    out_example = ReminderOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> BillAccount:
        return reminders.remind_bill(fetch=fetch_of(user, self.requires, pk), by=user, at=at)


class StopReminding(VerbView):
    """Turn off bill reminders of this account."""

    requires = "finance.remind_bill"
    one_object = True
    Out = ReminderOut
    refusals = (reminders.NoReminderRecipient,)
    out_example = {**ReminderOut.example, "remind": False}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> BillAccount:
        return reminders.stop_reminding(fetch=fetch_of(user, self.requires, pk), by=user, at=at)
