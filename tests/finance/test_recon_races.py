"""A daily file beside single answers: every line under its own payment's locks alone."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from zoneinfo import ZoneInfo

from django.db import connection

from core.gateways.services import store_file
from finance import chart
from finance.models import Payment, ReconItem
from finance.recon.services import receive_daily_file
from tests.factories.finance import (
    biller,
    daily_file,
    desk,
    file_line,
    flat_plan,
    found_bill,
    pay,
    provider,
    provider_says,
    sent,
)
from tests.factories.recon import decide_lines

CHINA = ZoneInfo("Asia/Shanghai")
DATE = dt.date(2026, 11, 24)
NOON = dt.datetime(2026, 11, 24, 12, tzinfo=CHINA)
MORNING = dt.datetime(2026, 11, 25, 6, tzinfo=CHINA)


def test_lines_and_answers_that_come_at_once_end_once_and_nobody_waits_for_ever(own_database):
    flat_plan()
    power, ready = biller(), desk(float_minor=10_000_00)
    payments = [sent(pay(ready, found_bill(ready, power), at=NOON), at=NOON) for _ in range(4)]
    content = daily_file(*(file_line(payment) for payment in payments), date=DATE.isoformat())
    receive_daily_file(
        daily_file=store_file(provider=provider(), file_date=DATE, content=content, at=MORNING), at=MORNING
    )

    def in_turn(acts):
        for act in acts:
            act()
        connection.close()

    answers = [lambda payment=payment: provider_says(payment, "succeeded") for payment in reversed(payments)]
    with ThreadPoolExecutor(2) as hands:
        list(hands.map(in_turn, [[lambda: decide_lines(at=MORNING)], answers]))
    assert {payment.status for payment in Payment.objects.all()} == {"succeeded"}
    assert ready.holds(chart.biller(power)) == 4 * 186_40
    assert ReconItem.objects.count() == 0
