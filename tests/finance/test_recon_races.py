"""Daily files beside single answers, bank lines beside top-ups: each under its own locks, each taken once."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.utils.timezone import now

from core.database.db import lock
from core.gateways.services import store_file
from core.money import Money
from finance import chart
from finance.floats.services import BankLineTaken, match_topup, record_topup, request_topup
from finance.models import FloatTopUp, Payment, ReconItem
from finance.recon.services import BankLineExplained, explain_by_hand, receive_daily_file
from tests.factories.daily_files import daily_file, file_line
from tests.factories.finance import biller, desk, flat_plan, found_bill, pay, provider, provider_says, sent
from tests.factories.recon import bank_lines, decide_lines
from tests.factories.stations import county_clerk_of, finance_officer
from tests.races import wait_until_somebody_waits

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


def test_a_bank_line_that_somebody_explains_fills_no_float_of_who_looked_before(own_database):
    ready, officer, other = desk(), finance_officer(), finance_officer()
    [line] = bank_lines("B-1,in,100.00")

    def record():
        try:
            record_topup(bank_line=line, station=ready.station, by=officer, at=now())
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as hand:
        with transaction.atomic():
            lock(line)
            recorded = hand.submit(record)
            wait_until_somebody_waits()
            about = {"kind": "interest", "amount": Money(100_00, "CNY"), "of": "", "text": ""}
            explain_by_hand(line=line, **about, by=other, at=now())
        with pytest.raises(BankLineTaken):
            recorded.result()
    assert (FloatTopUp.objects.count(), ready.holds(chart.suspense("main"))) == (0, 0)


def test_a_bank_line_that_fills_a_float_is_not_explained_by_somebody_who_looked_before(own_database):
    ready = desk()
    topup = request_topup(station=ready.station, amount=Money(100_00, "CNY"), by=ready.partner, at=now())
    [line] = bank_lines("B-1,in,100.00")
    clerk, officer = county_clerk_of(ready.station.county), finance_officer()

    def explain():
        about = {"kind": "interest", "amount": Money(100_00, "CNY"), "of": "", "text": ""}
        try:
            explain_by_hand(line=line, **about, by=officer, at=now())
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as hand:
        with transaction.atomic():
            lock(line)
            explained = hand.submit(explain)
            wait_until_somebody_waits()
            match_topup(topup=topup, bank_line=line, by=clerk, at=now())
        with pytest.raises(BankLineExplained):
            explained.result()
    assert (FloatTopUp.objects.get().status, ready.holds(chart.suspense("main"))) == ("funds_seen", 100_00)
