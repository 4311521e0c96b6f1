"""What can go wrong at the seams of days, clocks and currencies, and what must come of it."""

import datetime as dt
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.utils.timezone import now

from core.errors import QuoteChanged
from core.money import Money
from finance import chart
from finance.bills.services import quote_bill
from finance.models import CommissionPlan, Payment
from finance.payments.services import Charge, refund_payment, take_payment, take_stored_payment
from finance.tills.services import open_cash_day
from ledger.models import Book, Transfer
from ledger.queries import balance, business_date_of, transfers_of
from tests.factories.days import today
from tests.factories.finance import LONG_AGO_DATE, biller, desk, flat_plan, found_bill, pay, plan_of
from tests.factories.stations import DeviceFactory
from tests.factories.tills import cash_desk

CHINA = ZoneInfo("Asia/Shanghai")
DAY = dt.timedelta(days=1)
LAST_MINUTE = dt.datetime(2026, 12, 31, 23, 59, tzinfo=CHINA)
FIRST_MINUTE = dt.datetime(2027, 1, 1, 0, 1, tzinfo=CHINA)


@pytest.mark.django_db
def test_a_plan_that_changes_between_quote_and_confirm_is_shown_anew_and_then_confirmed():
    """The page is opened a minute before midnight of the year's end, the button pressed two minutes later."""
    old, ready, power = flat_plan(), desk(float_minor=500_00), biller()
    CommissionPlan.objects.filter(pk=old.pk).update(to_date=FIRST_MINUTE.date())
    shares = [("partner", "flat", 90), ("county", "flat", 15)]
    plan_of(
        {"service": "bill_payment", "total_kind": "flat", "total_value": 150, "shares": shares},
        version=2,
        from_date=FIRST_MINUTE.date(),
    )
    fetch = found_bill(ready, power, expires_at=FIRST_MINUTE + DAY)
    asked = {"biller": power, "amount": fetch.amount, "station": ready.station, "by": ready.partner}
    shown = quote_bill(**asked, at=LAST_MINUTE)
    assert shown.own_part == Money(1_00, "CNY")
    with pytest.raises(QuoteChanged):
        pay(ready, fetch, expected=shown, at=FIRST_MINUTE)
    assert (Payment.objects.count(), ready.can_use(ready.float_key)) == (0, 500_00)
    anew = quote_bill(**asked, at=FIRST_MINUTE)
    assert anew.own_part == Money(90, "CNY")
    assert pay(ready, fetch, expected=anew, at=FIRST_MINUTE).status == "held"


def utc(*clock):
    return dt.datetime(*clock, tzinfo=dt.UTC)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("zone", "before", "after"),
    [
        ("Asia/Shanghai", LAST_MINUTE, FIRST_MINUTE),
        # Berlin's clocks go back on 25 October 2026, forward on 28 March 2027: those days have 25 and 23 hours.
        ("Europe/Berlin", utc(2026, 10, 25, 22, 59), utc(2026, 10, 25, 23, 0)),
        ("Europe/Berlin", utc(2027, 3, 28, 21, 59), utc(2027, 3, 28, 22, 0)),
    ],
)
def test_a_business_day_ends_at_midnight_on_the_wall_of_its_book(zone, before, after):
    book = Book.objects.create(code="XX", country="XX", zone=zone, first_open_date=LONG_AGO_DATE)
    assert business_date_of(book, after) == business_date_of(book, before) + DAY


@pytest.mark.django_db
@pytest.mark.parametrize("months", [-7, 7])
def test_a_phone_whose_date_is_months_off_decides_no_day_of_the_books_and_its_claim_is_kept(months):
    ready = cash_desk(0)
    claim = now() + months * 30 * DAY
    charge = Charge("goods", "O-1", ready.station, Money(12_50, "CNY"), Money(0, "CNY"))
    device = DeviceFactory(station=ready.station, registered_at=now())
    payment = take_stored_payment(
        charge=charge, device=device, made_at=claim, by=ready.partner, at=now(), key=uuid4().hex
    )
    payment.refresh_from_db()
    assert payment.made_at == claim
    assert {leg.business_date for leg in transfers_of("late_cash", str(payment.pk))} == {today()}
    assert Transfer.objects.filter(recorded_at__gt=now() + DAY).count() == 0
    assert ready.holds(ready.funds_key) == 12_50


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("currency", "total", "part", "written"), [("JPY", 1_999, 667, "1999"), ("KWD", 1_235, 5, "1.235")]
)
def test_money_of_no_and_of_three_decimals_is_taken_and_given_back_to_the_last_unit(currency, total, part, written):
    ready = desk(mode="postpaid", till_open=False, currency=currency)
    open_cash_day(station=ready.station, lines={}, by=ready.partner, at=now())
    charge = Charge("goods", "O-1", ready.station, Money(total, currency), Money(0, currency))
    payment = take_payment(charge=charge, by=ready.partner, at=now(), key=uuid4().hex)
    assert (str(payment.total), holds(ready.till_key, currency)) == (written, total)
    for minor in (part, total - part):
        amount = Money(minor, currency)
        refund_payment(payment=payment, amount=amount, reason="cancelled", at=now(), key=f"{currency}-{minor}")
    payment.refresh_from_db()
    assert (payment.status, payment.refunded_minor, holds(ready.funds_key, currency)) == ("refunded", total, total)


def holds(key, currency):
    """The posted balance of an account in this currency."""
    return balance(chart.open_one(key, country="CN", currency=currency, at=now())).posted.minor
