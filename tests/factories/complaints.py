"""Complaints of a station, for tests."""

import datetime as dt
from uuid import uuid4
from zoneinfo import ZoneInfo

from core.models import Notice
from finance.complaints.services import log_complaint
from tests.factories.finance import biller, found_bill, pay, provider_says
from tests.factories.stations import api_client

CHINA = ZoneInfo("Asia/Shanghai")
#: A Wednesday.
NOON = dt.datetime(2026, 11, 25, 12, tzinfo=CHINA)


def paid(ready, **values):
    payment = pay(ready, found_bill(ready, biller()), **values)
    provider_says(payment, "succeeded", at=values.get("at"))
    return payment


def complaint_of(ready, *, at=NOON, kind="overcharged", payment=None, text="收了191.40"):
    return log_complaint(payment=payment or paid(ready), kind=kind, text=text, by=ready.partner, at=at)


def told(template):
    return Notice.objects.filter(template=template)


def post(user, path, body, key=""):
    headers = {"Idempotency-Key": key or uuid4().hex}
    return api_client(user).post(f"/api/v1/{path}", body, "json", headers=headers)
